{{/*
The name of the objects. It leaves room for ten characters of a suffix wherever a release's
name does (53 of 63), begins with a letter and has no dot, as Services want it.
*/}}
{{- define "service.fullname" -}}
{{- $name := printf "%s-%s" .Release.Name .Chart.Name }}
{{- if .Values.fullnameOverride }}
{{- $name = .Values.fullnameOverride }}
{{- else if contains .Chart.Name .Release.Name }}
{{- $name = .Release.Name }}
{{- end }}
{{- if regexMatch "^[0-9]" $name }}
{{- $name = printf "r-%s" $name }}
{{- end }}
{{- $name | replace "." "-" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The name with a suffix: (list $ "headless"). */}}
{{- define "service.suffixed" -}}
{{- $suffix := index . 1 }}
{{- $room := sub 62 (len $suffix) | int }}
{{- printf "%s-%s" (include "service.fullname" (index . 0) | trunc $room | trimSuffix "-") $suffix }}
{{- end }}

{{/* The name of an object of the whole cluster: no namespace and no name has a dot. */}}
{{- define "service.clusterName" -}}
{{- printf "%s.%s" (index . 0).Release.Namespace (index . 1) }}
{{- end }}

{{/* What its pods are: a server, or a worker that nobody calls. */}}
{{- define "service.component" -}}
{{- ternary "server" "worker" (or (hasKey .Values.listeners "http") (hasKey .Values.listeners "grpc")) }}
{{- end }}

{{- define "service.image" -}}
{{- $image := .Values.image }}
{{- if $image.digest }}
{{- printf "%s@%s" $image.repository $image.digest }}
{{- else if $image.requireDigest }}
{{- fail "image.digest is missing, and image.requireDigest refuses a release without it: a tag can be moved, a digest cannot" }}
{{- else }}
{{- printf "%s:%s" $image.repository ($image.tag | default .Chart.AppVersion) }}
{{- end }}
{{- end }}

{{/* What selects the pods of a component: (list $ "server"). */}}
{{- define "service.selectorLabels" -}}
app.kubernetes.io/name: {{ (index . 0).Chart.Name | quote }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name | quote }}
app.kubernetes.io/component: {{ index . 1 | quote }}
{{- end }}

{{/* The labels of an object: (list $ "server"), and a mapping of more of them. */}}
{{- define "service.labels" -}}
{{- $root := index . 0 }}
{{- $labels := dict }}
{{- range $key, $value := $root.Values.commonLabels }}
{{- $_ := set $labels $key $value }}
{{- end }}
{{- if gt (len .) 2 }}
{{- range $key, $value := index . 2 }}
{{- $_ := set $labels $key $value }}
{{- end }}
{{- end }}
{{- $_ := set $labels "app.kubernetes.io/name" $root.Chart.Name }}
{{- $_ := set $labels "app.kubernetes.io/instance" $root.Release.Name }}
{{- $_ := set $labels "app.kubernetes.io/component" (index . 1) }}
{{- $_ := set $labels "app.kubernetes.io/version" (include "service.labelValue" $root.Chart.AppVersion) }}
{{- $_ := set $labels "app.kubernetes.io/managed-by" $root.Release.Service }}
{{- $_ := set $labels "helm.sh/chart" (include "service.labelValue" (printf "%s-%s" $root.Chart.Name $root.Chart.Version)) }}
{{- toYaml $labels }}
{{- end }}

{{- define "service.labelValue" -}}
{{- . | replace "+" "_" | trunc 63 | trimSuffix "-" | trimSuffix "." | trimSuffix "_" }}
{{- end }}

{{/* The annotations of an object: (list $), and mappings of more of them. "" for none. */}}
{{- define "service.annotations" -}}
{{- $annotations := dict }}
{{- range $key, $value := (index . 0).Values.commonAnnotations }}
{{- $_ := set $annotations $key $value }}
{{- end }}
{{- range $i, $more := . }}
{{- if gt $i 0 }}
{{- range $key, $value := $more }}
{{- $_ := set $annotations $key $value }}
{{- end }}
{{- end }}
{{- end }}
{{- if $annotations }}
{{- toYaml $annotations }}
{{- end }}
{{- end }}

{{/* The metadata of an object: (list $ name component), and mappings of more labels and annotations. */}}
{{- define "service.metadata" -}}
{{- $root := index . 0 }}
{{- $labels := dict }}
{{- $annotations := dict }}
{{- if gt (len .) 3 }}{{- $labels = index . 3 }}{{- end }}
{{- if gt (len .) 4 }}{{- $annotations = index . 4 }}{{- end -}}
name: {{ index . 1 | quote }}
namespace: {{ $root.Release.Namespace | quote }}
labels:
  {{- include "service.labels" (list $root (index . 2) $labels) | nindent 2 }}
{{- with include "service.annotations" (list $root $annotations) }}
annotations:
  {{- . | nindent 2 }}
{{- end }}
{{- end }}

{{/*
The labels of a pod: (list $ "server"). The chart's version is not among them, so that a chart
that changes nothing else restarts nothing. A pod that ends by itself never has a mesh's proxy.
*/}}
{{- define "service.podLabels" -}}
{{- $root := index . 0 }}
{{- $labels := dict }}
{{- range $key, $value := $root.Values.commonLabels }}
{{- $_ := set $labels $key $value }}
{{- end }}
{{- range $key, $value := $root.Values.podLabels }}
{{- $_ := set $labels $key $value }}
{{- end }}
{{- $ends := has (index . 1) (list "migrate" "test") }}
{{- if eq $root.Values.mesh.kind "istio" }}
{{- $_ := set $labels "istio.io/dataplane-mode" "none" }}
{{- if or $ends (eq $root.Values.mesh.mode "out") }}
{{- $_ := set $labels "sidecar.istio.io/inject" "false" }}
{{- end }}
{{- end }}
{{- $_ := set $labels "app.kubernetes.io/name" $root.Chart.Name }}
{{- $_ := set $labels "app.kubernetes.io/instance" $root.Release.Name }}
{{- $_ := set $labels "app.kubernetes.io/component" (index . 1) }}
{{- $_ := set $labels "app.kubernetes.io/version" (include "service.labelValue" $root.Chart.AppVersion) }}
{{- toYaml $labels }}
{{- end }}

{{/*
The annotations of a pod: (list $ "server"). All settings are in the pod itself, so a change
restarts it; one of a ConfigMap or Secret among extraObjects does by its checksum.
*/}}
{{- define "service.podAnnotations" -}}
{{- $root := index . 0 }}
{{- $component := index . 1 }}
{{- $own := dict "kubectl.kubernetes.io/default-container" "app" }}
{{- if and (eq $root.Values.workloadApi.mode "injected") (ne $component "migrate") }}
{{- $_ := set $own "workload-api.spiffe.io/inject" "true" }}
{{- end }}
{{- $ends := has $component (list "migrate" "test") }}
{{- $extra := include "service.extraObjects" $root }}
{{- if and (not $ends) (regexMatch "kind: (ConfigMap|Secret)" $extra) }}
{{- $_ := set $own "checksum/config" (sha256sum $extra) }}
{{- end }}
{{- $out := or $ends (eq $root.Values.mesh.mode "out") }}
{{- if eq $root.Values.mesh.kind "linkerd" }}
{{- if $out }}
{{- $_ := set $own "linkerd.io/inject" "disabled" }}
{{- else }}
{{- $_ := set $own "config.linkerd.io/skip-inbound-ports" (include "service.securePorts" $root) }}
{{- with include "service.calledPorts" $root }}
{{- $_ := set $own "config.linkerd.io/skip-outbound-ports" . }}
{{- end }}
{{- end }}
{{- else if and (eq $root.Values.mesh.kind "istio") (not $out) }}
{{- $_ := set $own "traffic.sidecar.istio.io/excludeInboundPorts" (include "service.securePorts" $root) }}
{{- with include "service.calledPorts" $root }}
{{- $_ := set $own "traffic.sidecar.istio.io/excludeOutboundPorts" . }}
{{- end }}
{{- end }}
{{- include "service.annotations" (list $root $root.Values.podAnnotations $own) }}
{{- end }}

{{/* The ports that have TLS of their own, separated by commas. */}}
{{- define "service.securePorts" -}}
{{- $ports := list }}
{{- range $name, $listener := .Values.listeners }}
{{- if has $name (list "http" "grpc" "public") }}
{{- $ports = append $ports (printf "%d" (int $listener.port)) }}
{{- end }}
{{- end }}
{{- join "," $ports }}
{{- end }}

{{/* The ports that it calls with TLS of its own, separated by commas. */}}
{{- define "service.calledPorts" -}}
{{- $called := .Values.calls }}
{{- if hasKey .Values.telemetry "collector" }}
{{- $called = append $called .Values.telemetry.collector }}
{{- end }}
{{- if hasKey .Values "database" }}
{{- $called = append $called .Values.database }}
{{- end }}
{{- with .Values.worker }}
{{- if hasKey . "broker" }}
{{- $called = append $called .broker }}
{{- end }}
{{- end }}
{{- $ports := list }}
{{- range $called }}
{{- $port := printf "%d" (int .port) }}
{{- if not (has $port $ports) }}
{{- $ports = append $ports $port }}
{{- end }}
{{- end }}
{{- join "," $ports }}
{{- end }}

{{/* Pod Security restricted: not root, and nothing that could make it so. No value weakens it. */}}
{{- define "service.podSecurityContext" -}}
runAsNonRoot: true
{{- with .Values.runAsUser }}
runAsUser: {{ int64 . }}
{{- end }}
{{- with .Values.runAsGroup }}
runAsGroup: {{ int64 . }}
fsGroup: {{ int64 . }}
fsGroupChangePolicy: OnRootMismatch
{{- end }}
seccompProfile:
  type: {{ .Values.seccompProfile.type | quote }}
  {{- if eq .Values.seccompProfile.type "Localhost" }}
  localhostProfile: {{ required "seccompProfile.localhostProfile is missing: the path of the profile on the node" .Values.seccompProfile.localhostProfile | quote }}
  {{- end }}
{{- end }}

{{- define "service.securityContext" -}}
allowPrivilegeEscalation: false
capabilities:
  drop:
    - ALL
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
{{- end }}

{{/* What the pods of all components have in common. */}}
{{- define "service.podCommon" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- if not .Values.hostUsers }}
hostUsers: false
{{- end }}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- include "service.podSecurityContext" . | nindent 2 }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with .Values.runtimeClassName }}
runtimeClassName: {{ . | quote }}
{{- end }}
{{- with .Values.schedulerName }}
schedulerName: {{ . | quote }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if ne .Values.dnsPolicy "ClusterFirst" }}
dnsPolicy: {{ .Values.dnsPolicy | quote }}
{{- end }}
{{- with .Values.dnsConfig }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.hostAliases }}
hostAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The folder of the Workload API's socket, as a volume; "" where a policy adds it. */}}
{{- define "service.workloadApiVolume" -}}
{{- if eq .Values.workloadApi.mode "csi" -}}
- name: spiffe-workload-api
  csi:
    driver: {{ .Values.workloadApi.driver | quote }}
    readOnly: true
{{- else if eq .Values.workloadApi.mode "hostPath" -}}
- name: spiffe-workload-api
  hostPath:
    path: {{ .Values.workloadApi.hostPath | quote }}
    type: Directory
{{- end }}
{{- end }}

{{- define "service.workloadApiMount" -}}
{{- if ne .Values.workloadApi.mode "injected" -}}
- name: spiffe-workload-api
  mountPath: {{ .Values.workloadApi.mountPath | quote }}
  readOnly: true
{{- end }}
{{- end }}

{{- define "service.workloadApiAddress" -}}
{{- printf "unix://%s/%s" .Values.workloadApi.mountPath .Values.workloadApi.socketName }}
{{- end }}

{{/* The URL of the database, as a file: a Secret in the environment shows up in dumps and in /proc. */}}
{{- define "service.databaseVolumes" -}}
- name: database-url
  secret:
    secretName: {{ .Values.database.urlSecret.name | quote }}
    defaultMode: 288 # 0440
    items:
      - key: {{ .Values.database.urlSecret.key | quote }}
        path: url
{{- with .Values.database.caConfigMap }}
- name: database-ca
  configMap:
    name: {{ . | quote }}
    defaultMode: 292 # 0444
{{- end }}
{{- end }}

{{- define "service.databaseMounts" -}}
- name: database-url
  mountPath: /var/run/database
  readOnly: true
{{- with .Values.database.caConfigMap }}
- name: database-ca
  mountPath: /var/run/database-ca
  readOnly: true
{{- end }}
{{- end }}

{{/* A quantity of Kubernetes in bytes, with a fraction where there is one. */}}
{{- define "service.bytes" -}}
{{- $text := printf "%v" . }}
{{- $number := $text }}
{{- $unit := 1.0 }}
{{- $units := dict "n" 0.000000001 "u" 0.000001 "m" 0.001 "k" 1000.0 "M" 1000000.0 "G" 1000000000.0 "T" 1000000000000.0 "P" 1000000000000000.0 "E" 1000000000000000000.0 "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 "Pi" 1125899906842624.0 "Ei" 1152921504606846976.0 }}
{{- range $suffix, $factor := $units }}
{{- if hasSuffix $suffix $text }}
{{- $number = trimSuffix $suffix $text }}
{{- $unit = $factor }}
{{- end }}
{{- end }}
{{- mulf (float64 $number) $unit }}
{{- end }}

{{/* The memory that Go's runtime aims to stay below, in bytes; "" without a limit. */}}
{{- define "service.goMemLimit" -}}
{{- $percent := int64 .Values.goMemLimitPercent }}
{{- $limits := .Values.resources.limits | default dict }}
{{- if and (gt $percent 0) (hasKey $limits "memory") }}
{{- $bytes := include "service.bytes" $limits.memory | float64 }}
{{- $limit := int64 (mulf $bytes $percent 0.01) }}
{{- if gt $limit 0 }}
{{- printf "%d" $limit }}
{{- end }}
{{- end }}
{{- end }}

{{/*
What all telemetry says of where it comes from. Kubernetes fills in $(…); a comma, a space or a
percent sign in a value is written as OpenTelemetry reads it.
*/}}
{{- define "service.resourceAttributes" -}}
{{- $attributes := list
  "k8s.namespace.name=$(K8S_NAMESPACE_NAME)"
  "k8s.pod.name=$(K8S_POD_NAME)"
  "k8s.pod.uid=$(K8S_POD_UID)"
  "k8s.node.name=$(K8S_NODE_NAME)"
  "k8s.container.name=app"
  (printf "k8s.deployment.name=%s" (include "service.fullname" .))
  "service.instance.id=$(K8S_NAMESPACE_NAME).$(K8S_POD_NAME).app" }}
{{- with .Values.environment }}
{{- $attributes = append $attributes (printf "deployment.environment.name=%s" .) }}
{{- end }}
{{- range $key, $value := .Values.telemetry.resourceAttributes }}
{{- $escaped := $value | replace "%" "%25" | replace "," "%2C" | replace ";" "%3B" | replace " " "%20" | replace "\"" "%22" | replace "\\" "%5C" | replace "$(" "$$(" }}
{{- $attributes = append $attributes (printf "%s=%s" $key $escaped) }}
{{- end }}
{{- join "," $attributes }}
{{- end }}

{{/* The variables of the service. One that extraEnv sets again is an error: which would win depends on who applies it. */}}
{{- define "service.env" -}}
{{- $env := list
  (dict "name" "K8S_NAMESPACE_NAME" "valueFrom" (dict "fieldRef" (dict "apiVersion" "v1" "fieldPath" "metadata.namespace")))
  (dict "name" "K8S_POD_NAME" "valueFrom" (dict "fieldRef" (dict "apiVersion" "v1" "fieldPath" "metadata.name")))
  (dict "name" "K8S_POD_UID" "valueFrom" (dict "fieldRef" (dict "apiVersion" "v1" "fieldPath" "metadata.uid")))
  (dict "name" "K8S_NODE_NAME" "valueFrom" (dict "fieldRef" (dict "apiVersion" "v1" "fieldPath" "spec.nodeName"))) }}
{{- if ne .Values.workloadApi.mode "injected" }}
{{- $env = append $env (dict "name" "SPIFFE_ENDPOINT_SOCKET" "value" (include "service.workloadApiAddress" .)) }}
{{- end }}
{{- range $name, $listener := .Values.listeners }}
{{- $env = append $env (dict "name" (printf "%s_ADDRESS" (upper $name)) "value" (printf ":%d" (int $listener.port))) }}
{{- end }}
{{- if hasKey .Values "public" }}
{{- $env = append $env (dict "name" "PUBLIC_CERT_FILE" "value" "/var/run/public-tls/tls.crt") }}
{{- $env = append $env (dict "name" "PUBLIC_KEY_FILE" "value" "/var/run/public-tls/tls.key") }}
{{- end }}
{{- range .Values.calls }}
{{- $env = append $env (dict "name" .env "value" .address) }}
{{- end }}
{{- if hasKey .Values "database" }}
{{- $env = append $env (dict "name" "DATABASE_URL_FILE" "value" "/var/run/database/url") }}
{{- end }}
{{- with .Values.worker }}
{{- if hasKey . "schedule" }}
{{- $env = append $env (dict "name" "SCHEDULE" "value" .schedule) }}
{{- end }}
{{- if hasKey . "concurrency" }}
{{- $env = append $env (dict "name" "WORKER_CONCURRENCY" "value" (printf "%d" (int .concurrency))) }}
{{- end }}
{{- if hasKey . "broker" }}
{{- $env = append $env (dict "name" "NATS_URL" "value" .broker.url) }}
{{- end }}
{{- end }}
{{- $env = append $env (dict "name" "LAME_DUCK" "value" (printf "%ds" (int .Values.shutdown.lameDuckSeconds))) }}
{{- $env = append $env (dict "name" "DRAIN_TIMEOUT" "value" (printf "%ds" (int .Values.shutdown.drainSeconds))) }}
{{- $env = append $env (dict "name" "TELEMETRY_SHUTDOWN_TIMEOUT" "value" (printf "%ds" (int .Values.shutdown.telemetrySeconds))) }}
{{- $env = append $env (dict "name" "LOG_LEVEL" "value" .Values.logLevel) }}
{{- with include "service.goMemLimit" . }}
{{- $env = append $env (dict "name" "GOMEMLIMIT" "value" .) }}
{{- end }}
{{- $env = append $env (dict "name" "OTEL_RESOURCE_ATTRIBUTES" "value" (include "service.resourceAttributes" .)) }}
{{- $telemetry := .Values.telemetry }}
{{- with $telemetry.endpoint }}
{{- $env = append $env (dict "name" "OTEL_EXPORTER_OTLP_ENDPOINT" "value" .) }}
{{- end }}
{{- with $telemetry.headersSecret }}
{{- if .name }}
{{- $env = append $env (dict "name" "OTEL_EXPORTER_OTLP_HEADERS_FILE" "value" "/var/run/otlp-headers/headers") }}
{{- end }}
{{- end }}
{{- if hasKey $telemetry "sampling" }}
{{- $env = append $env (dict "name" "OTEL_TRACES_SAMPLER" "value" "parentbased_traceidratio") }}
{{- $env = append $env (dict "name" "OTEL_TRACES_SAMPLER_ARG" "value" (printf "%v" $telemetry.sampling)) }}
{{- end }}
{{- if hasKey $telemetry "metricInterval" }}
{{- $env = append $env (dict "name" "OTEL_METRIC_EXPORT_INTERVAL" "value" (printf "%d" (mul (int64 $telemetry.metricInterval) 1000))) }}
{{- end }}
{{- $queues := $telemetry.queueSize | default dict }}
{{- if hasKey $queues "traces" }}
{{- $env = append $env (dict "name" "OTEL_BSP_MAX_QUEUE_SIZE" "value" (printf "%d" (int64 $queues.traces))) }}
{{- end }}
{{- if hasKey $queues "logs" }}
{{- $env = append $env (dict "name" "OTEL_BLRP_MAX_QUEUE_SIZE" "value" (printf "%d" (int64 $queues.logs))) }}
{{- end }}
{{- $taken := dict }}
{{- range $env }}
{{- $_ := set $taken .name true }}
{{- end }}
{{- range .Values.extraEnv }}
{{- if hasKey $taken .name }}
{{- fail (printf "extraEnv sets %s, which the chart sets already: change its value instead, or take one of two out" .name) }}
{{- end }}
{{- $_ := set $taken .name true }}
{{- $env = append $env . }}
{{- end }}
{{- toYaml $env }}
{{- end }}

{{/* How long a pod may take to end: what the service takes at most, and 5 seconds for the runtime. */}}
{{- define "service.gracePeriod" -}}
{{- add (int .Values.shutdown.lameDuckSeconds) (int .Values.shutdown.drainSeconds) (int .Values.shutdown.telemetrySeconds) 5 }}
{{- end }}

{{/* How many pods there can be. */}}
{{- define "service.mostReplicas" -}}
{{- ternary (int .Values.replicas) (int .Values.autoscaling.maxReplicas) (eq .Values.autoscaling.mode "none") }}
{{- end }}

{{/* What no schema can say. */}}
{{- define "service.validate" -}}
{{- $ports := dict }}
{{- range $name, $listener := .Values.listeners }}
{{- $port := printf "%d" (int $listener.port) }}
{{- if hasKey $ports $port }}
{{- fail (printf "listeners.%s.port and listeners.%s.port are both %s" (get $ports $port) $name $port) }}
{{- end }}
{{- $_ := set $ports $port $name }}
{{- end }}
{{- with .Values.autoscaling }}
{{- if and (ne .mode "none") (gt (int .minReplicas) (int .maxReplicas)) }}
{{- fail (printf "autoscaling.minReplicas is %d, more than autoscaling.maxReplicas, %d" (int .minReplicas) (int .maxReplicas)) }}
{{- end }}
{{- end }}
{{- with .Values.probes.startup }}
{{- if lt (mul (int .periodSeconds) (int .failureThreshold)) 35 }}
{{- fail "probes.startup: periodSeconds times failureThreshold is less than 35, but the service may wait 30 seconds for its first SVID" }}
{{- end }}
{{- end }}
{{- end }}

{{/* The name of a listener's port. What has TLS does not bear the name of a protocol that meshes would read. */}}
{{- define "service.portName" -}}
{{- if has . (list "probe" "metrics") }}
{{- . }}
{{- else }}
{{- printf "tls-%s" . }}
{{- end }}
{{- end }}

{{/* The mounts of the service's container. */}}
{{- define "service.mounts" -}}
{{- $mounts := list (include "service.workloadApiMount" .) }}
{{- if hasKey .Values "database" }}
{{- $mounts = append $mounts (include "service.databaseMounts" .) }}
{{- end }}
{{- if hasKey .Values "public" }}
{{- $mounts = append $mounts (toYaml (list (dict "name" "public-tls" "mountPath" "/var/run/public-tls" "readOnly" true))) }}
{{- end }}
{{- with .Values.telemetry.headersSecret }}
{{- if .name }}
{{- $mounts = append $mounts (toYaml (list (dict "name" "otlp-headers" "mountPath" "/var/run/otlp-headers" "readOnly" true))) }}
{{- end }}
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{- $mounts = append $mounts (toYaml .) }}
{{- end }}
{{- include "service.lines" $mounts }}
{{- end }}

{{/* The volumes of the service's pod. */}}
{{- define "service.volumes" -}}
{{- $volumes := list (include "service.workloadApiVolume" .) }}
{{- if hasKey .Values "database" }}
{{- $volumes = append $volumes (include "service.databaseVolumes" .) }}
{{- end }}
{{- with .Values.public }}
{{- $volumes = append $volumes (toYaml (list (dict "name" "public-tls" "secret" (dict "secretName" .certificateSecret "defaultMode" 288)))) }}
{{- end }}
{{- with .Values.telemetry.headersSecret }}
{{- if .name }}
{{- $items := list (dict "key" .key "path" "headers") }}
{{- $volumes = append $volumes (toYaml (list (dict "name" "otlp-headers" "secret" (dict "secretName" .name "defaultMode" 288 "items" $items)))) }}
{{- end }}
{{- end }}
{{- with .Values.extraVolumes }}
{{- $volumes = append $volumes (toYaml .) }}
{{- end }}
{{- include "service.lines" $volumes }}
{{- end }}

{{/* Texts below one another, without those that are empty. */}}
{{- define "service.lines" -}}
{{- $lines := list }}
{{- range . }}
{{- if . }}
{{- $lines = append $lines . }}
{{- end }}
{{- end }}
{{- join "\n" $lines }}
{{- end }}

{{- define "service.serviceCommon" -}}
{{- $lines := list }}
{{- with .Values.service.ipFamilyPolicy }}
{{- $lines = append $lines (printf "ipFamilyPolicy: %s" .) }}
{{- end }}
{{- with .Values.service.ipFamilies }}
{{- $lines = append $lines (toYaml (dict "ipFamilies" .)) }}
{{- end }}
{{- join "\n" $lines }}
{{- end }}

{{/*
A rule of a NetworkPolicy: (list "from" peers ports comment). Without peers there is none: an
empty list would mean everybody.
*/}}
{{- define "service.rule" -}}
{{- if index . 1 -}}
# {{ index . 3 }}
- {{ index . 0 }}:
    {{- toYaml (index . 1) | nindent 4 }}
  ports:
    {{- toYaml (index . 2) | nindent 4 }}
{{- end }}
{{- end }}

{{- define "service.dnsRule" -}}
{{- $port := int .Values.networkPolicy.dns.port }}
{{- $ports := list (dict "protocol" "UDP" "port" $port) (dict "protocol" "TCP" "port" $port) }}
{{- include "service.rule" (list "to" .Values.networkPolicy.dns.peers $ports "DNS") }}
{{- end }}

{{- define "service.databaseRule" -}}
{{- $ports := list (dict "protocol" "TCP" "port" (int .Values.database.port)) }}
{{- include "service.rule" (list "to" .Values.database.peers $ports "The database") }}
{{- end }}

{{- define "service.ingressRules" -}}
{{- $policy := .Values.networkPolicy }}
{{- $mutual := list }}
{{- range $name, $listener := .Values.listeners }}
{{- if has $name (list "http" "grpc") }}
{{- $mutual = append $mutual (dict "protocol" "TCP" "port" (int $listener.port)) }}
{{- end }}
{{- end }}
{{- $rules := list }}
{{- range .Values.callers }}
{{- $rules = append $rules (include "service.rule" (list "from" .peers $mutual (ternary "Anyone in the cluster with a valid SVID" .id (eq .id "*")))) }}
{{- end }}
{{- with .Values.route }}
{{- if .enabled }}
{{- $port := (get $.Values.listeners .listener).port | int }}
{{- $rules = append $rules (include "service.rule" (list "from" .peers (list (dict "protocol" "TCP" "port" $port)) "The gateway of the TLSRoute")) }}
{{- end }}
{{- end }}
{{- with .Values.listeners.public }}
{{- $rules = append $rules (include "service.rule" (list "from" $policy.public.peers (list (dict "protocol" "TCP" "port" (int .port))) "The web")) }}
{{- end }}
{{- with .Values.listeners.metrics }}
{{- $rules = append $rules (include "service.rule" (list "from" $policy.monitoring.peers (list (dict "protocol" "TCP" "port" (int .port))) "Prometheus")) }}
{{- end }}
{{- $probe := list (dict "protocol" "TCP" "port" (int .Values.listeners.probe.port)) }}
{{- $rules = append $rules (include "service.rule" (list "from" $policy.probes.peers $probe "Probes from elsewhere than the own node")) }}
{{- with .Values.tests }}
{{- if .enabled }}
{{- $testers := list (dict "podSelector" (dict "matchLabels" (include "service.selectorLabels" (list $ "test") | fromYaml))) }}
{{- $rules = append $rules (include "service.rule" (list "from" $testers $mutual "helm test")) }}
{{- end }}
{{- end }}
{{- with $policy.extraIngress }}
{{- $rules = append $rules (toYaml .) }}
{{- end }}
{{- include "service.lines" $rules }}
{{- end }}

{{- define "service.egressRules" -}}
{{- $rules := list (include "service.dnsRule" .) }}
{{- range .Values.calls }}
{{- $ports := list (dict "protocol" "TCP" "port" (int .port)) }}
{{- $rules = append $rules (include "service.rule" (list "to" .peers $ports (printf "%s: %s" .name .id))) }}
{{- end }}
{{- with .Values.telemetry.collector }}
{{- $rules = append $rules (include "service.rule" (list "to" .peers (list (dict "protocol" "TCP" "port" (int .port))) "The collector")) }}
{{- end }}
{{- if hasKey .Values "database" }}
{{- $rules = append $rules (include "service.databaseRule" .) }}
{{- end }}
{{- with .Values.worker }}
{{- with .broker }}
{{- $rules = append $rules (include "service.rule" (list "to" .peers (list (dict "protocol" "TCP" "port" (int .port))) "The broker")) }}
{{- end }}
{{- end }}
{{- with .Values.networkPolicy.extraEgress }}
{{- $rules = append $rules (toYaml .) }}
{{- end }}
{{- include "service.lines" $rules }}
{{- end }}

{{- define "service.extraObjects" -}}
{{- range .Values.extraObjects }}
---
{{- if kindIs "string" . }}
{{ tpl . $ }}
{{- else }}
{{ tpl (toYaml .) $ }}
{{- end }}
{{- end }}
{{- end }}
