package a

import (
	"b"
	"crypto/tls"
	"net/http"
)

func use(...any) {}

func literal() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true} // want `InsecureSkipVerify=true`
}

func lastWins() *tls.Config {
	c := &tls.Config{InsecureSkipVerify: true} // want `InsecureSkipVerify=false`
	c.InsecureSkipVerify = false
	return c
}

func branches(x bool) *tls.Config {
	c := &tls.Config{MinVersion: 1} // want `MinVersion=2\|3`
	if x {
		c.MinVersion = 2
	} else {
		c.MinVersion = 3
	}
	return c
}

func oneBranch(x bool) *tls.Config {
	c := new(tls.Config) // want `MinVersion=2\|unset`
	if x {
		c.MinVersion = 2
	}
	return c
}

func unusedOnError() (*tls.Config, error) {
	c := &tls.Config{MinVersion: 1} // want `MinVersion=2`
	if c == nil {
		return nil, nil
	}
	c.MinVersion = 2
	return c, nil
}

func loop(n int) {
	c := &tls.Config{MinVersion: 1} // want `MinVersion=1\|2`
	for range n {
		use(c)
		c.MinVersion = 2
	}
}

func forever() {
	c := &tls.Config{MinVersion: 1} // want `MinVersion=1`
	for {
		use(c)
	}
}

func inServer() {
	s := &http.Server{TLSConfig: &tls.Config{MinVersion: 1}} // want `MinVersion=2`
	s.TLSConfig.MinVersion = 2
	s.ListenAndServeTLS("", "")
}

func aliased() {
	c := &tls.Config{MinVersion: 1} // want `MinVersion=2`
	s := &http.Server{TLSConfig: c}
	s.TLSConfig.MinVersion = 2
	s.ListenAndServeTLS("", "")
}

func value() {
	var c tls.Config // want `MinVersion=2`
	c.MinVersion = 2
	use(&c)
}

func cloned() {
	c := &tls.Config{MinVersion: 1} // want `MinVersion=1`
	d := c.Clone()                  // want `MinVersion=2`
	d.MinVersion = 2
	use(c, d)
}

func copied() {
	c := tls.Config{MinVersion: 1} // want `MinVersion=1`
	d := c                         // want `MinVersion=1 ServerName="x"`
	d.ServerName = "x"
	use(&c, &d)
}

func selfCloned(c *tls.Config) {
	c = c.Clone() // want `MinVersion=2`
	c.MinVersion = 2
	use(c)
}

func helpers() {
	c := &tls.Config{} // want `InsecureSkipVerify=true MinVersion=770`
	b.Weaken(c)
	use(b.Set(c, b.Minimum()))
}

func maybe() {
	c := &tls.Config{} // want `InsecureSkipVerify=true`
	b.Maybe(c, true)
	d := &tls.Config{MinVersion: 1} // want `MinVersion=1`
	b.Maybe(d, false)
	use(c, d)
}

func made() error {
	c, err := b.New() // want `InsecureSkipVerify=true MinVersion=769`
	if err != nil {
		return err
	}
	c.MinVersion = b.Oldest
	use(c)
	return nil
}

func servers() {
	s := b.Server() // want `MinVersion=771\|772`
	if s.Addr == "" {
		s.TLSConfig.MinVersion = tls.VersionTLS12
	} else {
		b.Prepare(s)
	}
	s.ListenAndServeTLS("", "")
}

func literals() {
	opt := func(c *tls.Config) { c.MinVersion = 2 } // want `MinVersion=2`
	c := &tls.Config{}                              // want `MinVersion=2`
	opt(c)
	use(c)
}

func captured() {
	c := &tls.Config{} // want `MinVersion=2\|unset`
	f := func() { c.MinVersion = 2 } // want `MinVersion=2`
	f()
	use(c)
}

func handedOn(f func(*tls.Config)) {
	c := &tls.Config{MinVersion: 1} // want `MinVersion=1\|unknown`
	f(c)
	use(c)
}

type embeds struct{ *tls.Config }

func embedded() {
	e := embeds{Config: &tls.Config{MinVersion: 1}} // want `MinVersion=2`
	e.MinVersion = 2
	use(e)
}

func transport() {
	tr := http.DefaultTransport.(*http.Transport)
	tr.TLSClientConfig = &tls.Config{MinVersion: 1} // want `MinVersion=1`
	http.DefaultTransport.(*http.Transport).TLSClientConfig = &tls.Config{MinVersion: 2} // want `MinVersion=2`
}

var global = &tls.Config{MinVersion: 1} // want `MinVersion=1`

func nested() {
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{MinVersion: 1}}} // want `MinVersion=1`
	c.Get("")
}

func named(x bool) (c *tls.Config, err error) {
	c = &tls.Config{MinVersion: 1} // want `MinVersion=1\|2`
	if x {
		c.MinVersion = 2
	}
	return
}

func recursive(c *tls.Config, n int) { 
	if n > 0 {
		recursive(c, n-1) // want `MinVersion=2`
	}
	c.MinVersion = 2
}

func generic[T any](t T) *tls.Config {
	c := &tls.Config{MinVersion: 1} // want `MinVersion=1`
	use(t)
	return c
}

func gotos(x bool) {
	c := &tls.Config{MinVersion: 1} // want `MinVersion=1\|2`
again:
	use(c)
	if x {
		c.MinVersion = 2
		goto again
	}
}

func channels(ch chan *tls.Config) {
	c := <-ch // want `MinVersion=2`
	c.MinVersion = 2
	use(c)
	for c := range ch { // want `MinVersion=3\|unknown`
		c.MinVersion = 3
	}
	select {}
}

func wrap(c *tls.Config) *http.Server { return &http.Server{TLSConfig: c} }

func wrapped() {
	s := wrap(&tls.Config{MinVersion: 1}) // want `MinVersion=2`
	s.TLSConfig.MinVersion = 2
	s.ListenAndServeTLS("", "")
}
