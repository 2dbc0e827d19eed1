package strict

import "crypto/tls"

type options struct{ Insecure bool }

func field(o options) *tls.Config {
	return &tls.Config{InsecureSkipVerify: o.Insecure} // want `strict mode does not allow`
}

func condition(o options) *tls.Config {
	c := &tls.Config{}
	if o.Insecure {
		c.InsecureSkipVerify = true // want `strict mode does not allow`
	}
	return c
}

func off() *tls.Config { return &tls.Config{InsecureSkipVerify: false} }

func verified(f func(tls.ConnectionState) error) *tls.Config {
	return &tls.Config{InsecureSkipVerify: true, VerifyConnection: f}
}
