package corpus

import (
	"testing"

	layout "github.com/parquet-go/parquet-go/format"
)

// TestTextsEndWithTheirPage: a text that claims to go on behind its page is refused,
// for there an earlier page has been.
func TestTextsEndWithTheirPage(t *testing.T) {
	p := &plainPages{column: &parquetNode{SchemaElement: &layout.SchemaElement{}}}
	p.column.Type.V = layout.ByteArray
	for _, c := range []struct {
		about    string
		encoding layout.Encoding
		page     string
		refused  bool
	}{
		{"plain", layout.Plain, "\x04\x00\x00\x00good\x03\x00\x00\x00bad", false},
		{"plain, the last too long", layout.Plain, "\x04\x00\x00\x00good\x04\x00\x00\x00bad", true},
		{"plain, no room for a length", layout.Plain, "\x04\x00\x00\x00good\x04\x00", true},
		{"behind lengths", layout.DeltaLengthByteArray, "\x80\x01\x04\x01\x08good", false},
		{"behind lengths, too long", layout.DeltaLengthByteArray, "\x80\x01\x04\x01\x0agood", true},
		{"with beginnings", layout.DeltaByteArray, "\x80\x01\x04\x01\x00\x80\x01\x04\x01\x08good", false},
		{"with beginnings, too long", layout.DeltaByteArray, "\x80\x01\x04\x01\x00\x80\x01\x04\x01\x0agood", true},
	} {
		if err := p.checkValues(c.encoding, []byte(c.page), 2); (err != nil) != c.refused {
			t.Errorf("%s: %v", c.about, err)
		}
	}
}
