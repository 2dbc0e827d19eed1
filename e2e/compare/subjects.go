// Package compare puts the chart of a service beside charts that are known for their quality.
//
// All of them are rendered by Helm and judged by the same code; nothing is taken from what a
// README says. A row counts what can be counted in what was rendered: pods, containers,
// objects, values. Where a chart needs to be told before it makes something, it is told, in
// the values of this file; where something makes no sense for what a chart installs, the
// cell is a dash, and the reason stands here.
//
// The other charts are read from a folder given by the environment (docs/charts.md says how
// to fill it). Nothing of them is kept in this repository.
package compare

// A feature is something that a chart makes when it is told to.
type feature string

const (
	budget         feature = "pod disruption budget"
	digest         feature = "digest"
	dashboard      feature = "dashboard"
	extras         feature = "extras"
	health         feature = "probes"
	hpa            feature = "horizontal pod autoscaler"
	keda           feature = "keda"
	labels         feature = "labels"
	network        feature = "network policy"
	podMonitor     feature = "pod monitor"
	production     feature = "production"
	route          feature = "route"
	rules          feature = "rules"
	serviceMonitor feature = "service monitor"
	spread         feature = "topology spread"
)

// subject is a chart that is judged.
type subject struct {
	name       string
	repository string
	path       string // of the chart in it
	tag        string
	commit     string
	date       string
	note       string // what was changed or added before it was judged
	folder     string
	missing    []string // subcharts that were taken out
	// production is the file with values for production that comes with the chart.
	production string
	// on are the values that turn a feature on, as YAML.
	on map[feature]string
	// senseless says why a feature makes no sense for what the chart installs.
	senseless map[feature]string
}

const (
	someDigest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	oneSpread  = `[{maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {spread: "yes"}}}]`
)

// ours is the chart of golden/full, a service with everything.
func ours() subject {
	return subject{
		name:       "ours",
		production: "values-prod.yaml",
		on: map[feature]string{
			digest:         `image: {digest: "` + someDigest + `"}`,
			extras:         `{extraEnv: [{name: EXTRA, value: x}], extraVolumes: [{name: extra, emptyDir: {}}], extraVolumeMounts: [{name: extra, mountPath: /extra}], extraContainers: [{name: extra-container, image: x}], extraInitContainers: [{name: extra-init, image: x}]}`,
			hpa:            `autoscaling: {mode: hpa}`,
			keda:           `autoscaling: {mode: keda}`,
			labels:         `commonLabels: {example.com/mark: marked}`,
			podMonitor:     `monitoring: {serviceMonitor: {enabled: false}, podMonitor: {enabled: true}}`,
			production:     `image: {digest: "` + someDigest + `"}`,
			route:          `route: {enabled: true, hostnames: [orders.example.com], parentRefs: [{name: gateway, sectionName: tls}]}`,
			rules:          `monitoring: {rules: {enabled: true}}`,
			serviceMonitor: `monitoring: {serviceMonitor: {enabled: true}}`,
			dashboard:      `monitoring: {dashboard: {enabled: true}}`,
		},
	}
}

// famous are the charts that ours is compared with.
func famous() []subject {
	return []subject{
		{
			name: "podinfo", repository: "github.com/stefanprodan/podinfo", path: "charts/podinfo", tag: "6.14.1",
			commit: "eec06d1ea459", date: "2026-07-22",
			production: "values-prod.yaml",
			on: map[feature]string{
				budget:         `{replicaCount: 2, podDisruptionBudget: {maxUnavailable: 1}}`,
				digest:         `image: {tag: "6.14.1@` + someDigest + `"}`,
				extras:         `extraEnvs: [{name: EXTRA, value: x}]`,
				health:         `probes: {startup: {enable: true}}`,
				hpa:            `hpa: {enabled: true, cpu: 80}`,
				route:          `{httpRoute: {enabled: true}, grpcRoute: {enabled: true}}`,
				serviceMonitor: `serviceMonitor: {enabled: true}`,
				spread:         `topologySpreadConstraints: ` + oneSpread,
			},
		},
		{
			name: "cert-manager", repository: "github.com/cert-manager/cert-manager", path: "deploy/charts/cert-manager", tag: "v1.21.1",
			commit: "24e33194fb39", date: "2026-07-29",
			note: "with the version that its release writes into Chart.yaml",
			on: map[feature]string{
				budget:         `{podDisruptionBudget: {enabled: true}, webhook: {podDisruptionBudget: {enabled: true}}, cainjector: {podDisruptionBudget: {enabled: true}}}`,
				digest:         `{image: {digest: "` + someDigest + `"}, webhook: {image: {digest: "` + someDigest + `"}}, cainjector: {image: {digest: "` + someDigest + `"}}, startupapicheck: {image: {digest: "` + someDigest + `"}}}`,
				extras:         `{extraEnv: [{name: EXTRA, value: x}], volumes: [{name: extra, emptyDir: {}}], volumeMounts: [{name: extra, mountPath: /extra}], extraContainers: [{name: extra-container, image: x}]}`,
				labels:         `global: {commonLabels: {example.com/mark: marked}}`,
				network:        `{networkPolicy: {enabled: true}, webhook: {networkPolicy: {enabled: true}}, cainjector: {networkPolicy: {enabled: true}}}`,
				podMonitor:     `prometheus: {podmonitor: {enabled: true}}`,
				serviceMonitor: `prometheus: {servicemonitor: {enabled: true}}`,
				spread:         `{topologySpreadConstraints: ` + oneSpread + `, webhook: {topologySpreadConstraints: ` + oneSpread + `}, cainjector: {topologySpreadConstraints: ` + oneSpread + `}}`,
			},
			senseless: map[feature]string{
				hpa:   "one of its pods works at a time, by election",
				route: "nobody outside of the cluster calls it",
			},
		},
		{
			name: "argo-cd", repository: "github.com/argoproj/argo-helm", path: "charts/argo-cd", tag: "argo-cd-10.1.1",
			commit: "af0a9310bacb", date: "2026-07-02",
			note: "without the subchart redis-ha, which is off by default",
			on: map[feature]string{
				budget:         `{controller: {pdb: {enabled: true, minAvailable: 1}}, dex: {pdb: {enabled: true, minAvailable: 1}}, redis: {pdb: {enabled: true, minAvailable: 1}}, server: {pdb: {enabled: true, minAvailable: 1}}, repoServer: {pdb: {enabled: true, minAvailable: 1}}, applicationSet: {pdb: {enabled: true, minAvailable: 1}}, notifications: {pdb: {enabled: true, minAvailable: 1}}}`,
				digest:         `{global: {image: {tag: "v3.4.4@` + someDigest + `"}}, dex: {image: {tag: "v2@` + someDigest + `"}}, redis: {image: {tag: "8@` + someDigest + `"}}}`,
				extras:         `{server: {env: [{name: EXTRA, value: x}], volumes: [{name: extra, emptyDir: {}}], volumeMounts: [{name: extra, mountPath: /extra}], extraContainers: [{name: extra-container, image: x}], initContainers: [{name: extra-init, image: x}]}}`,
				hpa:            `{server: {autoscaling: {enabled: true}}, repoServer: {autoscaling: {enabled: true}}}`,
				labels:         `global: {additionalLabels: {example.com/mark: marked}}`,
				network:        `global: {networkPolicy: {create: true, defaultDenyIngress: true}}`,
				route:          `{server: {httproute: {enabled: true, parentRefs: [{name: gateway}]}, grpcroute: {enabled: true, parentRefs: [{name: gateway}]}}}`,
				rules:          `controller: {metrics: {enabled: true, rules: {enabled: true, spec: [{alert: TheirOwn, expr: "absent(argocd_app_info) == 1"}]}}}`,
				serviceMonitor: `{controller: {metrics: {enabled: true, serviceMonitor: {enabled: true}}}, server: {metrics: {enabled: true, serviceMonitor: {enabled: true}}}, repoServer: {metrics: {enabled: true, serviceMonitor: {enabled: true}}}}`,
				spread:         `global: {topologySpreadConstraints: ` + oneSpread + `}`,
			},
		},
		{
			name: "external-secrets", repository: "github.com/external-secrets/external-secrets", path: "deploy/charts/external-secrets", tag: "helm-chart-2.9.0",
			commit: "cc5bfbc2234a", date: "2026-08-08",
			note: "without the subchart bitwarden-sdk-server, which is off by default",
			on: map[feature]string{
				budget:         `{podDisruptionBudget: {enabled: true}, webhook: {podDisruptionBudget: {enabled: true}}, certController: {podDisruptionBudget: {enabled: true}}}`,
				dashboard:      `grafanaDashboard: {enabled: true}`,
				digest:         `{image: {tag: "v2.9.0@` + someDigest + `"}, webhook: {image: {tag: "v2.9.0@` + someDigest + `"}}, certController: {image: {tag: "v2.9.0@` + someDigest + `"}}}`,
				extras:         `{extraEnv: [{name: EXTRA, value: x}], extraVolumes: [{name: extra, emptyDir: {}}], extraVolumeMounts: [{name: extra, mountPath: /extra}], extraContainers: [{name: extra-container, image: x}], extraInitContainers: [{name: extra-init, image: x}]}`,
				health:         `{livenessProbe: {enabled: true}, readinessProbe: {enabled: true}}`,
				labels:         `commonLabels: {example.com/mark: marked}`,
				network:        `{networkPolicy: {enabled: true}, webhook: {networkPolicy: {enabled: true}}, certController: {networkPolicy: {enabled: true}}}`,
				serviceMonitor: `serviceMonitor: {enabled: true}`,
				spread:         `global: {topologySpreadConstraints: ` + oneSpread + `}`,
			},
			senseless: map[feature]string{
				hpa:   "one of its pods works at a time, by election",
				route: "nobody outside of the cluster calls it",
			},
		},
		{
			name: "spire", repository: "github.com/spiffe/helm-charts-hardened", path: "charts/spire", tag: "spire-0.30.0",
			commit: "029f1985233e", date: "2026-08-02",
			note: "with the subcharts spire-lib and spire-identity-exchange of the same tag",
			on: map[feature]string{
				digest:     `{spire-agent: {image: {tag: "` + someDigest + `"}}, spire-server: {image: {tag: "` + someDigest + `"}, controllerManager: {image: {tag: "` + someDigest + `"}}}, spiffe-csi-driver: {image: {tag: "` + someDigest + `"}, nodeDriverRegistrar: {image: {tag: "` + someDigest + `"}}}, spiffe-oidc-discovery-provider: {image: {tag: "` + someDigest + `"}}}`,
				extras:     `spire-server: {extraEnv: [{name: EXTRA, value: x}], extraVolumes: [{name: extra, emptyDir: {}}], extraVolumeMounts: [{name: extra, mountPath: /extra}], extraContainers: [{name: extra-container, image: x}], initContainers: [{name: extra-init, image: x}]}`,
				hpa:        `spiffe-oidc-discovery-provider: {autoscaling: {enabled: true}}`,
				podMonitor: `{spire-server: {telemetry: {prometheus: {enabled: true, podMonitor: {enabled: true}}}}, spire-agent: {telemetry: {prometheus: {enabled: true, podMonitor: {enabled: true}}}}}`,
				production: `global: {spire: {recommendations: {enabled: true}, trustDomain: acme.example, clusterName: one, jwtIssuer: "https://oidc.acme.example", caSubject: {country: CH, organization: Acme, commonName: acme.example}}}`,
				route:      `{gatewayAPI: {gateway: {enabled: true, className: some}}, spiffe-oidc-discovery-provider: {gatewayAPI: {enabled: true}}}`,
				spread:     `spire-server: {topologySpreadConstraints: ` + oneSpread + `}`,
			},
		},
	}
}
