// The field of a type of our own.
//
// Evidence: rule.

package tlsconfig

type suitePolicy struct{ PreferServerCipherSuites bool }

func goodSuitePolicy() suitePolicy {
	return suitePolicy{PreferServerCipherSuites: true} // GOOD: no tls.Config
}
