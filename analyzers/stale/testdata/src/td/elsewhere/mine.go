// Package elsewhere has the output of a line in another folder.
package elsewhere
