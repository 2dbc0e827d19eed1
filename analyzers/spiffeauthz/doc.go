// Package spiffeauthz x.
//
// # Analyzer spiffeauthz
//
// spiffeauthz: x
package spiffeauthz
