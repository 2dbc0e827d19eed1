package project

import (
	"regexp"
	"strings"
	"sync"
)

// A text is how a licence is known: by words that it has, and none that it must not have.
type text struct {
	id      string // of SPDX
	has     string // words of the text, normal
	and     string // more, ""
	without string // words of a longer licence, ""
	allowed bool   // by CNCF's allowlist, or Apache-2.0 itself
}

// texts are licences that Go modules have. Source of the words: SPDX license list 3; of what is
// allowed: CNCF Allowlist License Policy, adopted 2018-05-01, as it was in 2026.
func texts() []text {
	const (
		mit  = "permission is hereby granted free of charge to any person obtaining a copy"
		bsd  = "redistribution and use in source and binary forms with or without modification are permitted"
		isc  = "permission to use copy modify and or distribute this software for any purpose with or without fee is hereby granted"
		isc2 = "permission to use copy modify and distribute this software for any purpose with or without fee is hereby granted"
	)
	return []text{
		{"Apache-2.0", "apache license version 2 0", "", "", true},
		{"Apache-2.0", "licensed under the apache license version 2 0", "", "apache license version 2 0 january 2004", true},
		{"MIT", mit, "this permission notice shall be included in all copies", "except as contained in this notice the name", true},
		{"X11", mit, "except as contained in this notice the name", "", true},
		{"MIT-0", mit, "", "this permission notice shall be included in all copies", true},
		{"BSD-4-Clause", bsd, "all advertising materials mentioning features", "", false},
		{"BSD-3-Clause", bsd, "used to endorse or promote products", "all advertising materials mentioning features", true},
		{"BSD-2-Clause", bsd, "", "used to endorse or promote products", true},
		{"ISC", isc, "provided that the above copyright notice", "", true},
		{"ISC", isc2, "provided that the above copyright notice", "", true},
		{"0BSD", isc, "", "provided that the above copyright notice", true},
		{"PostgreSQL", "permission to use copy modify and distribute this software and its documentation for any purpose without fee and without a written agreement is hereby granted", "", "", true},
		{"Zlib", "altered source versions must be plainly marked as such", "", "", true},
		{"UPL-1.0", "the universal permissive license", "", "", true},
		{"PSF-2.0", "python software foundation license version 2", "", "", true},
		{"OpenSSL", "this product includes software developed by the openssl project", "", "", true},
		{"MPL-2.0", "mozilla public license version 2 0", "", "", false},
		{"MPL-1.1", "mozilla public license version 1 1", "", "", false},
		{"AGPL", "gnu affero general public license version", "", "", false},
		{"LGPL", "gnu lesser general public license version", "", "", false},
		{"LGPL", "gnu library general public license", "", "", false},
		{"GPL", "gnu general public license version", "", "gnu lesser general public license version", false},
		{"EPL", "eclipse public license", "", "", false},
		{"CDDL", "common development and distribution license", "", "", false},
		{"Unlicense", "this is free and unencumbered software released into the public domain", "", "", false},
		{"CC0-1.0", "cc0 1 0 universal", "", "", false},
		{"CC-BY", "creative commons attribution", "", "", false},
		{"WTFPL", "do what the fuck you want to public license", "", "", false},
		{"BUSL", "business source license", "", "", false},
		{"SSPL-1.0", "server side public license", "", "", false},
		{"Elastic-2.0", "elastic license 2 0", "", "", false},
		{"BSL-1.0", "boost software license version 1 0", "", "", false},
	}
}

// A licence is what was recognised in a text.
type licence struct {
	id      string
	allowed bool
}

var notWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[^a-z0-9]+`) })

// recognise returns the licences whose words are in a text, each once; none when there are none of
// those that are known.
func recognise(content []byte) []licence {
	words := " " + notWord().ReplaceAllString(strings.ToLower(string(content)), " ") + " "
	var list []licence
	for _, t := range texts() {
		if !strings.Contains(words, t.has) || t.and != "" && !strings.Contains(words, t.and) || t.without != "" && strings.Contains(words, t.without) {
			continue
		}
		if l := (licence{t.id, t.allowed}); len(list) == 0 || list[len(list)-1] != l {
			list = append(list, l)
		}
	}
	return list
}
