// Package names judges and makes names: what may be called what, and what was probably meant.
package names
