package knowledge_test

import (
	"crypto/tls"
	"testing"

	"github.com/mintwright/mintwright/internal/knowledge"
)

func TestInsecureSuitesAreThoseOfGo(t *testing.T) {
	want := map[uint16]string{}
	for _, s := range tls.InsecureCipherSuites() {
		want[s.ID] = s.Name
	}
	for id := range uint64(1 << 16) {
		if got := knowledge.InsecureSuite(id); got != want[uint16(id)] {
			t.Errorf("suite %#04x: want %q, have %q", id, want[uint16(id)], got)
		}
	}
	if got := knowledge.InsecureSuite(1<<16 + 5); got != "" {
		t.Errorf("a number that is no suite has the name %q", got)
	}
}

func TestVersionsAreThoseOfGo(t *testing.T) {
	for v := range uint64(0x0310) {
		if name := knowledge.TLSVersion(v); name != "" && v > knowledge.VersionSSL30 && tls.VersionName(uint16(v)) != name {
			t.Errorf("version %#04x: want %q, have %q", v, tls.VersionName(uint16(v)), name)
		}
	}
	for name, pair := range map[string][2]int{
		"RequestClientCert":          {int(tls.RequestClientCert), knowledge.RequestClientCert},
		"RequireAnyClientCert":       {int(tls.RequireAnyClientCert), knowledge.RequireAnyClientCert},
		"VerifyClientCertIfGiven":    {int(tls.VerifyClientCertIfGiven), knowledge.VerifyClientCertIfGiven},
		"RequireAndVerifyClientCert": {int(tls.RequireAndVerifyClientCert), knowledge.RequireAndVerifyClientCert},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: want %d, have %d", name, pair[0], pair[1])
		}
	}
}
