package main

func (v *vetCommand) printCoverage(all *found) error { return nil }
