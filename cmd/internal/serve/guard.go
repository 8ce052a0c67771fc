package serve

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"slices"
	"strings"
)

// guard lets through what may come: requests for this machine, not on behalf of a
// page of somebody else's, with the token where there is one, and of bounded size.
func (s *Server) guard(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	for _, origin := range s.Origins {
		if err := cross.AddTrustedOrigin(origin); err != nil {
			s.Log.Error("an origin that is none is not allowed", "origin", origin, "error", err)
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		if s.allow(w, r) {
			return
		}
		var err error
		switch {
		case !s.AnyHost && !Local(r.Host):
			err = refuse(http.StatusMisdirectedRequest, "host %q is not this server: it answers to this machine alone", r.Host)
		case !s.bears(r):
			h.Set("WWW-Authenticate", "Bearer")
			err = refuse(http.StatusUnauthorized, "a request needs the server's token: Authorization: Bearer …")
		default:
			if err = cross.Check(r); err != nil {
				err = refuse(http.StatusForbidden, "origin %q may not ask this server", r.Header.Get("Origin"))
			}
		}
		if err != nil {
			fail(w, err)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, s.Body)
		next.ServeHTTP(w, r)
	})
}

// allow tells browsers that an origin of the operator's list may read replies, and
// reports whether that was all that they asked.
func (s *Server) allow(w http.ResponseWriter, r *http.Request) (answered bool) {
	origin := r.Header.Get("Origin")
	for _, o := range s.Origins {
		if o != origin {
			continue
		}
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", origin)
		h.Add("Vary", "Origin")
		if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
			return false
		}
		h.Set("Access-Control-Allow-Methods", "GET, POST")
		h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Accept")
		w.WriteHeader(http.StatusNoContent)
		return true
	}
	return false
}

// Local reports whether a host, with a port or without, can only be this machine: a
// page of somebody else's whose name was made to lead here has another.
func Local(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// open are the paths that need no token: whether the server is there, and the files of
// the page, which asks for it.
var open = []string{"/", "/page.css", "/page.js", "/healthz", "/v2/health/live", "/v2/health/ready"}

// bears reports whether a request has the token, where it needs one.
func (s *Server) bears(r *http.Request) bool {
	if s.Token == "" || slices.Contains(open, r.URL.Path) {
		return true
	}
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(s.Token)) // of one length, so that time tells nothing
	return ok && subtle.ConstantTimeCompare(a[:], b[:]) == 1
}
