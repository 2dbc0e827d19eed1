package main

func vetConfiguration(dir string) (string, error) { return "", nil }
