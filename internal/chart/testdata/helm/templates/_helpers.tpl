{{- define "service.fullname" -}}
{{- default (printf "%s-%s" .Release.Name .Chart.Name) .Values.fullnameOverride | trunc 53 | trimSuffix "-" -}}
{{- end }}
{{/* a comment */}}
{{- define "service.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}
{{- define "recursive" -}}
{{- if gt (int .) 0 -}}{{ . }},{{ include "recursive" (sub . 1) }}{{- end -}}
{{- end -}}
text outside
