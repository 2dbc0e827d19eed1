package fields

// Visits returns how many blocks were looked at, and how many places were walked past.
func (p *Package) Visits() int { return p.visits }
