package versions

import (
	"crypto/tls"
	"lib"
)

func use(...any) {}

func literal() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS10, // want `MinVersion is TLS 1.0`
	}
}

func number() *tls.Config {
	return &tls.Config{MinVersion: 0x0302} // want `MinVersion is TLS 1.1`
}

func ssl() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionSSL30} // want `MinVersion is SSL 3.0`
}

func maximum() *tls.Config {
	return &tls.Config{MinVersion: 0, MaxVersion: tls.VersionTLS11} // want `MaxVersion is TLS 1.1`
}

func assigned() *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	c.MinVersion = tls.VersionTLS10 // want `MinVersion is TLS 1.0`
	return c
}

func variable() *tls.Config {
	v := uint16(tls.VersionTLS10)
	return &tls.Config{MinVersion: v} // want `MinVersion is TLS 1.0`
}

func otherPackage() *tls.Config {
	return &tls.Config{MinVersion: lib.OldVersion} // want `MinVersion is TLS 1.0`
}

func otherVariable() *tls.Config {
	return &tls.Config{MinVersion: lib.DefaultVersion} // want `MinVersion is TLS 1.1`
}

func function() *tls.Config {
	return &tls.Config{MinVersion: lib.MinVersion()} // want `MinVersion is TLS 1.0`
}

func own() uint16 { return tls.VersionTLS11 }

func ownFunction() *tls.Config {
	return &tls.Config{MinVersion: own()} // want `MinVersion is TLS 1.1`
}

func setter() *tls.Config {
	c := &tls.Config{}
	lib.WithVersion(c, tls.VersionTLS10) // want `MinVersion is TLS 1.0 by WithVersion`
	return c
}

func branch(x bool) *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if x {
		c.MinVersion = tls.VersionTLS10 /* medium */ // want `MinVersion is TLS 1.0`
	}
	return c
}

func shadowed() *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS10}
	{
		tls := "hidden"
		use(tls)
		c.MinVersion = 0x0301 // want `MinVersion is TLS 1.0`
	}
	return c
}
