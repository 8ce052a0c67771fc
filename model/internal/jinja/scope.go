package jinja

// A scope has the names that are set in a part of the template.
// Most scopes have one or two names and live for a round of a loop: slices that are
// searched cost less than a map for each, until there are many names.
type scope struct {
	// vals[i] is the value of names[i].
	names []string
	vals  []Value
	at    map[string]int // where the names are, once there are many
	outer *scope
}

const fewNames = 8

// inner returns a scope in another.
// Every round of a loop takes one, and closures may keep it, so that it counts.
func (r *run) inner(s *scope) *scope {
	r.makes(6 * valueBytes)
	return &scope{outer: s}
}

// find returns the number of a name in this scope alone, -1 for none.
func (s *scope) find(name string) int {
	if s.at != nil {
		if i, ok := s.at[name]; ok {
			return i
		}
		return -1
	}
	for i, n := range s.names {
		if n == name {
			return i
		}
	}
	return -1
}

// set gives a name a value.
func (r *run) setName(s *scope, name string, v Value) {
	if i := s.find(name); i >= 0 {
		s.vals[i] = v
		return
	}
	r.makes(3 * valueBytes)
	s.names, s.vals = append(s.names, name), append(s.vals, v)
	switch n := len(s.names); {
	case s.at != nil:
		s.at[name] = n - 1
	// from now on a map, of all names so far
	case n > fewNames:
		s.at = make(map[string]int)
		for i, name := range s.names {
			s.at[name] = i
		}
	}
}

// get returns the value of a name, that of a builtin last of all.
// A template may set a name that a builtin has (range, dict), which then hides it.
func (s *scope) get(name string) Value {
	for at := s; at != nil; at = at.outer {
		if i := at.find(name); i >= 0 {
			return at.vals[i]
		}
	}
	if f := builtin(name); f != nil {
		return &function{name, f}
	}
	return undefined{what: quoted(name) + " is undefined"}
}
