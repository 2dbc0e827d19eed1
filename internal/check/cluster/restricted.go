package cluster

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/mintwright/mintwright/internal/chart"
)

// violation is what a pod does that Pod Security "restricted" forbids.
type violation struct {
	check   string // its name in the Pod Security Standards
	path    []any  // from the pod
	message string
}

// Restricted returns what the pod of an object, read as package chart reads YAML, breaks of Pod
// Security "restricted", a line each. An object without a pod breaks nothing.
func Restricted(object map[string]any) []string {
	p, ok := podOf(newObject(chart.Manifest{Object: object}))
	if !ok {
		return nil
	}
	var all []string
	for _, v := range restricted(p) {
		all = append(all, v.check+": "+v.message)
	}
	return all
}

// restricted returns what a pod breaks of the Pod Security Standards' level "restricted", in
// their latest version (Kubernetes 1.37). The checks are those of k8s.io/pod-security-admission.
func restricted(p pod) []violation {
	r := &standards{pod: p, all: p.containers()}
	r.hostNamespaces()
	r.hostUse()
	r.privileges()
	r.capabilities()
	r.volumes()
	r.users()
	r.profiles()
	r.sysctls()
	slices.SortStableFunc(r.found, func(a, b violation) int { return cmp.Compare(a.check, b.check) })
	return r.found
}

type standards struct {
	pod   pod
	all   []container
	found []violation
}

func (r *standards) say(check string, path []any, message string) {
	r.found = append(r.found, violation{check, path, message})
}

// isWindows reports whether rules about Linux do not concern the pod.
func (r *standards) isWindows() bool { return text(r.pod.spec, "os", "name") == "windows" }

// hasUserNamespace reports whether root in the pod is nobody outside.
func (r *standards) hasUserNamespace() bool { return isFalse(r.pod.spec, "hostUsers") }

// contexts calls f for the security context of the pod and of each container, where there is one.
func (r *standards) contexts(f func(who string, context map[string]any, path []any)) {
	if s := dict(r.pod.spec, "securityContext"); s != nil {
		f("the pod", s, []any{"spec", "securityContext"})
	}
	for _, c := range r.all {
		if s := dict(c.spec, "securityContext"); s != nil {
			f(c.title(), s, c.at("securityContext"))
		}
	}
}

func (c container) title() string { return "container " + strconv.Quote(c.name) }

// at is a path within the container, from the pod.
func (c container) at(path ...any) []any { return slices.Concat(c.path, path) }

func (r *standards) hostNamespaces() {
	for _, key := range []string{"hostNetwork", "hostPID", "hostIPC"} {
		if isTrue(r.pod.spec, key) {
			r.say("hostNamespaces", []any{"spec", key}, "the pod shares the node's namespace: "+key)
		}
	}
}

// hostUse is about ports and addresses of the node.
func (r *standards) hostUse() {
	for _, c := range r.all {
		for i, port := range listOf(c.spec, "ports") {
			if n, ok := whole(port, "hostPort"); ok && n != 0 {
				r.say("hostPorts", c.at("ports", i, "hostPort"), c.title()+" takes port "+strconv.Itoa(n)+" of the node (hostPort)")
			}
		}
		for _, where := range [...][]any{{"livenessProbe"}, {"readinessProbe"}, {"startupProbe"}, {"lifecycle", "postStart"}, {"lifecycle", "preStop"}} {
			for _, how := range []string{"httpGet", "tcpSocket"} {
				path := append(slices.Clone(where), how, "host")
				if text(c.spec, path...) != "" {
					r.say("hostProbesAndHostLifecycle", c.at(path...), c.title()+" sets the host of a probe or hook: "+where[len(where)-1].(string))
				}
			}
		}
	}
}

func (r *standards) privileges() {
	for _, c := range r.all {
		s := dict(c.spec, "securityContext")
		if isTrue(s, "privileged") {
			r.say("privileged", c.at("securityContext", "privileged"), c.title()+" is privileged")
		}
		if !r.isWindows() && !isFalse(s, "allowPrivilegeEscalation") {
			r.say("allowPrivilegeEscalation", c.at("securityContext", "allowPrivilegeEscalation"), c.title()+" does not set securityContext.allowPrivilegeEscalation: false")
		}
		if v := text(s, "procMount"); v != "" && v != "Default" {
			r.say("procMount", c.at("securityContext", "procMount"), c.title()+" sets procMount: "+v)
		}
	}
	r.contexts(func(who string, s map[string]any, path []any) {
		if isTrue(s, "windowsOptions", "hostProcess") {
			r.say("windowsHostProcess", with(path, "windowsOptions", "hostProcess"), who+" is a process of the host")
		}
	})
}

func (r *standards) capabilities() {
	if r.isWindows() {
		return
	}
	for _, c := range r.all {
		caps := dict(c.spec, "securityContext", "capabilities")
		if !slices.Contains(listOf(caps, "drop"), any("ALL")) {
			r.say("capabilities_restricted", c.at("securityContext", "capabilities", "drop"), c.title()+" does not drop ALL capabilities")
		}
		for i, added := range listOf(caps, "add") {
			if added != "NET_BIND_SERVICE" {
				r.say("capabilities_restricted", c.at("securityContext", "capabilities", "add", i), c.title()+" adds the capability "+shown(added))
			}
		}
	}
}

func (r *standards) volumes() {
	for i, v := range listOf(r.pod.spec, "volumes") {
		m, _ := v.(map[string]any)
		allowed, types := false, []string{}
		for _, key := range slices.Sorted(maps.Keys(m)) {
			switch key {
			case "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret":
				allowed = allowed || m[key] != nil
			case "name":
			default:
				types = append(types, key)
			}
		}
		if !allowed && len(types) > 0 { // one of no kind becomes an emptyDir
			r.say("restrictedVolumes", []any{"spec", "volumes", i}, "the volume "+shown(m["name"])+" is of a kind that is not allowed: "+strings.Join(types, ", "))
		}
	}
}

func (r *standards) users() {
	if r.hasUserNamespace() {
		return
	}
	pod := get(r.pod.spec, "securityContext", "runAsNonRoot")
	if pod == false {
		r.say("runAsNonRoot", []any{"spec", "securityContext", "runAsNonRoot"}, "the pod sets runAsNonRoot: false")
	}
	for _, c := range r.all {
		switch own := get(c.spec, "securityContext", "runAsNonRoot"); {
		case own == false:
			r.say("runAsNonRoot", c.at("securityContext", "runAsNonRoot"), c.title()+" sets runAsNonRoot: false")
		case own == nil && pod == nil:
			r.say("runAsNonRoot", c.at("securityContext", "runAsNonRoot"), "neither the pod nor "+c.title()+" sets runAsNonRoot: true")
		}
	}
	r.contexts(func(who string, s map[string]any, path []any) {
		if n, ok := whole(s, "runAsUser"); ok && n == 0 {
			r.say("runAsUser", with(path, "runAsUser"), who+" runs as user 0")
		}
	})
}

// profiles is about seccomp, AppArmor and SELinux.
func (r *standards) profiles() {
	good := func(v any) bool { return v == "RuntimeDefault" || v == "Localhost" }
	r.contexts(func(who string, s map[string]any, path []any) {
		if a := dict(s, "appArmorProfile"); a != nil && !good(a["type"]) {
			r.say("appArmorProfile", with(path, "appArmorProfile", "type"), who+" sets the AppArmor profile "+shown(a["type"]))
		}
		if x := dict(s, "seccompProfile"); x != nil && !good(x["type"]) && !r.isWindows() {
			r.say("seccompProfile_restricted", with(path, "seccompProfile", "type"), who+" sets the seccomp profile "+shown(x["type"]))
		}
		se := dict(s, "seLinuxOptions")
		switch text(se, "type") {
		case "", "container_t", "container_init_t", "container_kvm_t", "container_engine_t":
		default:
			r.say("seLinuxOptions", with(path, "seLinuxOptions", "type"), who+" sets the SELinux type "+shown(se["type"]))
		}
		for _, key := range []string{"user", "role"} {
			if text(se, key) != "" {
				r.say("seLinuxOptions", with(path, "seLinuxOptions", key), who+" sets a SELinux "+key)
			}
		}
	})
	for _, key := range slices.Sorted(maps.Keys(dict(r.pod.meta, "annotations"))) {
		v := text(r.pod.meta, "annotations", key)
		if strings.HasPrefix(key, "container.apparmor.security.beta.kubernetes.io/") && v != "" && v != "runtime/default" && !strings.HasPrefix(v, "localhost/") {
			r.say("appArmorProfile", []any{"metadata", "annotations", key}, "an annotation sets the AppArmor profile "+shown(v))
		}
	}
	if dict(r.pod.spec, "securityContext", "seccompProfile") != nil || r.isWindows() {
		return
	}
	for _, c := range r.all {
		if dict(c.spec, "securityContext", "seccompProfile") == nil {
			r.say("seccompProfile_restricted", c.at("securityContext", "seccompProfile"), "neither the pod nor "+c.title()+" sets seccompProfile.type: RuntimeDefault")
		}
	}
}

// safeSysctls are those that touch nothing but the pod.
var safeSysctls = [...]string{
	"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies",
	"net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports",
	"net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
	"net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
	"net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat",
}

func (r *standards) sysctls() {
	for i, s := range listOf(r.pod.spec, "securityContext", "sysctls") {
		if name := text(s, "name"); !slices.Contains(safeSysctls[:], name) {
			r.say("sysctls", []any{"spec", "securityContext", "sysctls", i}, "the pod sets the sysctl "+shown(name))
		}
	}
}
