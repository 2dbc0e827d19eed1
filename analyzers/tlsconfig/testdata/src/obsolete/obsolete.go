package obsolete

import "crypto/tls"

func first() *tls.Config {
	return &tls.Config{PreferServerCipherSuites: true, ServerName: "a"} // want `PreferServerCipherSuites is ignored`
}

func last() *tls.Config {
	return &tls.Config{ServerName: "a", PreferServerCipherSuites: false} // want `PreferServerCipherSuites is ignored`
}

func only() *tls.Config {
	return &tls.Config{PreferServerCipherSuites: true} // want `PreferServerCipherSuites is ignored`
}

func lines() *tls.Config {
	return &tls.Config{
		ServerName:               "a",
		PreferServerCipherSuites: true, /* want `PreferServerCipherSuites is ignored` */
		MinVersion:               tls.VersionTLS12,
	}
}

func assigned() *tls.Config {
	c := &tls.Config{}
	c.ServerName = "a"
	c.PreferServerCipherSuites = true // want `PreferServerCipherSuites is ignored`
	return c
}

func chosen(v bool) *tls.Config {
	return &tls.Config{PreferServerCipherSuites: v} // want `PreferServerCipherSuites is ignored`
}
