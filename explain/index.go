package explain

import (
	"fmt"
	"strings"
)

// An Index says what a score means: the definition that an estimator estimates.
type Index uint8

// The indices, with the names that papers and other tools give them.
const (
	SV      Index = iota + 1 // Shapley values (Shapley 1953)
	BV                       // Banzhaf values (Banzhaf 1965)
	WBV                      // weighted Banzhaf values (Li & Yu 2023)
	PV                       // another probabilistic value (Weber 1988)
	OV                       // Owen values on a tree (Owen 1977)
	LIME                     // coefficients of LIME's local surrogate (Ribeiro et al. 2016)
	SII                      // Shapley interaction index (Grabisch & Roubens 1999)
	KSII                     // k-Shapley values (Bordt & von Luxburg 2023)
	STII                     // Shapley–Taylor interaction index (Sundararajan et al. 2020)
	FSII                     // faithful Shapley interaction index (Tsai et al. 2023)
	BII                      // Banzhaf interaction index (Grabisch & Roubens 1999)
	FBII                     // faithful Banzhaf interaction index (Tsai et al. 2023)
	Moebius                  // Möbius coefficients (Harsanyi dividends)
	Fourier                  // Fourier (Walsh) coefficients
)

var indexNames = [...]string{
	SV: "SV", BV: "BV", WBV: "WBV", PV: "PV", OV: "OV", LIME: "LIME", SII: "SII", KSII: "k-SII",
	STII: "STII", FSII: "FSII", BII: "BII", FBII: "FBII", Moebius: "Moebius", Fourier: "Fourier",
}

// String returns the name of the index as the literature writes it, such as "k-SII".
func (i Index) String() string {
	if int(i) < len(indexNames) && indexNames[i] != "" {
		return indexNames[i]
	}
	return fmt.Sprintf("Index(%d)", uint8(i))
}

// MarshalText writes the index's name.
func (i Index) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText finds an index by its name, in any case.
func (i *Index) UnmarshalText(text []byte) error {
	for index, known := range indexNames {
		if known != "" && strings.EqualFold(known, string(text)) {
			*i = Index(index)
			return nil
		}
	}
	return fmt.Errorf("explain: unknown index %q (known: %s)", text, strings.Join(indexNames[1:], ", "))
}
