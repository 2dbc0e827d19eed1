// Package odd has code as nobody writes it; the analyzer has to get through.
package odd

import (
	. "crypto/tls"
	"net/http"
)

type (
	alias   = Config
	own     Config
	byValue struct{ Config }
	deep    struct{ *byValue }
	list    []Config
	fn      func(*Config) *Config
	iface   interface{ Set(*Config) }
	many[T any] struct {
		c *Config
		t T
	}
)

func noBody(*Config) *Config

func unnamed(*Config, ...*Config) (_ *Config, _ error) { return }

func (many[T]) blank(_ *Config) {}

func (m *many[T]) set(c *Config) *many[T] {
	m.c, c = c, m.c
	m.c.MinVersion++
	m.c.MinVersion |= 1
	return m
}

func constraint[T ~struct{ MinVersion uint16 }](t T) T { return t }

func dots() {
	c := Config{MinVersion: 1}
	p := &c
	pp := &p
	(*p).MinVersion, (**pp).MinVersion = 2, 3
	*p = Config{}
	*p = *(&c)
	c = c
	p = p.Clone().Clone()
	f := p.Clone
	p = f()
	g := (*Config).Clone
	p = g(p)
	func(c ...*Config) { c[0].MinVersion = 1 }(p, &c)
	func() *Config { return p }().MinVersion = 1
	[]*Config{p}[0].MinVersion = 1
	map[string]*Config{"": p}[""].MinVersion = 1
	(func() **Config { return pp })()
	_ = p
	_, _ = p, c
	var i any = p
	i.(*Config).MinVersion = 1
	switch c := i.(type) {
	case *Config:
		c.MinVersion = 1
	case Config:
		c.MinVersion = 1
	}
	if c, ok := i.(*Config); ok {
		c.MinVersion = 1
	}
	var n *Config
	n = nil
	n.MinVersion = 1
	noBody(nil)
	noBody(n)
	unnamed(n)
	unnamed(n, n, n)
	unnamed(n, []*Config{n}...)
}

func embedded(d deep, b byValue, o own, a alias) {
	d.MinVersion = 1
	d.byValue.Config.MinVersion = 1
	b.MinVersion = 1
	o.MinVersion = 1
	a.MinVersion = 1
	b = byValue{Config{MinVersion: 1}}
	d = deep{&byValue{}}
	_ = []deep{{&b}}
	_ = map[string]struct{ C *Config }{"": {C: &Config{}}}
}

func flow(ch chan *Config, x bool) {
	c := &Config{}
outer:
	for {
		select {
		case c = <-ch:
			continue outer
		case ch <- c:
			break outer
		default:
			goto end
		}
	}
	for c = range ch {
	}
	for c.MinVersion = range uint16(3) {
	}
	defer func() { recover(); c.MinVersion = 1 }()
	go c.Clone()
	if x {
		panic(c)
	}
end:
	for {
		if x {
			break
		}
	}
	select {}
}

func dead() *Config {
	return nil
	c := &Config{}
	c.MinVersion = 1
	return c
}

func iterators(seq func(func(*Config) bool)) {
	for c := range seq {
		c.MinVersion = 1
	}
}

func mutual(c *Config, n int) *Config {
	if n == 0 {
		return c
	}
	return mutual2(c, n-1)
}

func mutual2(c *Config, n int) *Config { return mutual(mutual(c, n), n-1) }

func cycle(a, b *Config) {
	a = b.Clone()
	b = a.Clone()
	a, b = b, a
	x := a.Clone()
	y := x.Clone()
	*x = *y
	*y = *x
	x.MinVersion = y.MinVersion
}

func methods(i iface, f fn, srv http.Server, l list) {
	c := &Config{}
	i.Set(c)
	f(c).MinVersion = 1
	f(f(f(c)))
	srv.TLSConfig.MinVersion = 1
	(&srv).TLSConfig = c
	l[0].MinVersion = 1
	for i := range l {
		l[i].MinVersion = 1
	}
	new(many[int]).set(c).set(c).c.MinVersion = 1
	h := i.Set
	h(c)
	v := loop1
	_ = v
}

var loop1 = &Config{MinVersion: ver}



var ver uint16 = 3

func ver2() uint16 { return ver3() }
func ver3() uint16 { return ver2() }

func variables() {
	a := uint16(1)
	b := a
	a = b
	s := []uint16{a, b}
	s = append(s, s...)
	s = append(append(s, 1), s...)
	_ = &Config{MinVersion: a, CipherSuites: s}
	_ = &Config{MinVersion: ver2(), CipherSuites: append([]uint16(nil), s[1:]...)}
}
