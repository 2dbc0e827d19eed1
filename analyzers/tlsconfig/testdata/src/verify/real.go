package verify

import (
	"crypto/tls"
	"lib"
	"net/http"
)

// What people have written, in shape.

type gateway struct{ secure bool }

// The server is trusted because it is local; a name may be checked in what lib makes.
func (g *gateway) dial(name string) error {
	if g.secure {
		config, err := lib.Server(name)
		if err != nil {
			return err
		}
		own := config.Clone()
		own.InsecureSkipVerify = true // want `InsecureSkipVerify is set`
		use(own)
	}
	return nil
}

func (s settings) isEnabled(string) bool { return s.EnableTLS }

const allowInsecureTLS = "x"

// The condition below is about something else.
func channel(s, global settings) *http.Client {
	var transport http.RoundTripper
	if s.Protocol != "h2c" {
		var config *tls.Config
		if s.Protocol == "https" {
			config = &tls.Config{
				InsecureSkipVerify: true, // want `InsecureSkipVerify is set`
				MinVersion:         tls.VersionTLS12,
			}
			if global.isEnabled(allowInsecureTLS) {
				config.MinVersion = 0
			}
		}
		transport = &http.Transport{TLSClientConfig: config}
	}
	return &http.Client{Transport: transport}
}

func connection(enableTLS bool) {
	if enableTLS {
		config := &tls.Config{InsecureSkipVerify: true} // want `InsecureSkipVerify is set`
		config.MinVersion = tls.VersionTLS12
		use(config)
	}
}
