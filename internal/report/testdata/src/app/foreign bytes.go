package app

var ÿbad, c = 1, "[31mâ€®"
