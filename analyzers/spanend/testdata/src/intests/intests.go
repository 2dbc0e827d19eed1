// Package intests has tests.
package intests
