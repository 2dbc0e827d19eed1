// Package apitest has a file of its own beside a double: the line is in the package above.
package apitest
