package corpus

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	layout "github.com/parquet-go/parquet-go/format"
)

// Values of Parquet become text as pyarrow's cast to a string makes them, but for
// NaN, which counts as no value.

type deprecatedType = deprecated.ConvertedType

// isList knows lists by the annotation of their group, by a field that repeats
// without one, as old writers have it, and through groups that hold nothing but a
// list (parquet-format, LogicalTypes.md, "Nested Types").
func (n *parquetNode) isList() bool {
	return n.RepetitionType.Valid && n.RepetitionType.V == layout.Repeated || n.converted(deprecated.List) || n.converted(deprecated.Map) ||
		len(n.children) == 1 && n.children[0].isList()
}

// converted looks at the type as older writers tell it; newer ones tell it both
// ways.
func (n *parquetNode) converted(t deprecatedType) bool {
	return n.ConvertedType.Valid && n.ConvertedType.V == t
}

// field returns the field that a column is, unless it has no single value a row.
func (n *parquetNode) field(name string) (*parquetField, error) {
	switch {
	case n.repeated || n.leaf < 0 && n.isList():
		return nil, errors.New("is a list, of several values a row: give each a row of its own")
	case n.leaf < 0:
		inner := n.names()
		for i := range inner {
			inner[i] = shownName(name + "." + inner[i])
		}
		return nil, fmt.Errorf("is a group of fields: %s", strings.Join(inner[:min(len(inner), mostNames)], ", "))
	}
	textOf, err := n.textOf()
	return &parquetField{n, textOf}, err
}

// holdsText reports whether values of the column are texts.
func (n *parquetNode) holdsText() bool {
	switch n.logical().(type) {
	case *layout.NullType:
		return true // each of its rows will say so
	case nil, *layout.StringType, *layout.EnumType, *layout.JsonType:
		return n.Type.V == layout.ByteArray
	}
	return false
}

// describe returns the type of the column.
func (n *parquetNode) describe() string {
	if t := n.logical(); t != nil {
		return t.String()
	}
	return n.Type.V.String()
}

// logical returns the logical type of a column, nil where it has none. Old files
// have another way to tell it.
func (n *parquetNode) logical() layout.LogicalTypeValue {
	if t := n.LogicalType.Value; t != nil {
		return t
	}
	if !n.ConvertedType.Valid {
		return nil
	}
	millis := layout.TimeUnit{Value: &layout.MilliSeconds{}}
	micros := layout.TimeUnit{Value: &layout.MicroSeconds{}}
	switch t := n.ConvertedType.V; t {
	case deprecated.UTF8:
		return &layout.StringType{}
	case deprecated.Enum:
		return &layout.EnumType{}
	case deprecated.Json:
		return &layout.JsonType{}
	case deprecated.Bson:
		return &layout.BsonType{}
	case deprecated.Decimal:
		return &layout.DecimalType{Scale: n.Scale.V, Precision: n.Precision.V}
	case deprecated.Date:
		return &layout.DateType{}
	case deprecated.TimeMillis:
		return &layout.TimeType{Unit: millis}
	case deprecated.TimeMicros:
		return &layout.TimeType{Unit: micros}
	// The old types know only moments in UTC.
	case deprecated.TimestampMillis:
		return &layout.TimestampType{IsAdjustedToUTC: true, Unit: millis}
	case deprecated.TimestampMicros:
		return &layout.TimestampType{IsAdjustedToUTC: true, Unit: micros}
	// The constants follow one another, each of twice as many bits.
	case deprecated.Uint8, deprecated.Uint16, deprecated.Uint32, deprecated.Uint64:
		return &layout.IntType{BitWidth: 8 << (t - deprecated.Uint8)}
	case deprecated.Int8, deprecated.Int16, deprecated.Int32, deprecated.Int64:
		return &layout.IntType{BitWidth: 8 << (t - deprecated.Int8), IsSigned: true}
	}
	return nil
}

// textOf returns what makes text of the values of a column.
func (n *parquetNode) textOf() (func(parquet.Value) (string, error), error) {
	fixed := n.Type.V == layout.FixedLenByteArray
	switch t := n.logical().(type) {
	case *layout.DecimalType:
		return n.decimal(int(t.Scale))
	case *layout.DateType:
		if n.Type.V == layout.Int32 {
			return sure(func(v parquet.Value) string {
				// Days since 1970.
				return time.Unix(int64(v.Int32())*86400, 0).UTC().Format(time.DateOnly)
			}), nil
		}
	case *layout.TimestampType:
		if n.Type.V == layout.Int64 {
			zone := ""
			if t.IsAdjustedToUTC {
				zone = "Z"
			}
			return sure(func(v parquet.Value) string { return moment(v.Int64(), digitsOf(t.Unit), time.DateTime) + zone }), nil
		}
	case *layout.TimeType:
		digits := digitsOf(t.Unit)
		switch n.Type.V {
		case layout.Int32:
			return sure(func(v parquet.Value) string { return moment(int64(v.Int32()), digits, time.TimeOnly) }), nil
		case layout.Int64:
			return sure(func(v parquet.Value) string { return moment(v.Int64(), digits, time.TimeOnly) }), nil
		}
	case *layout.IntType:
		switch {
		case n.Type.V == layout.Int32 && !t.IsSigned:
			return sure(func(v parquet.Value) string { return strconv.FormatUint(uint64(v.Uint32()), 10) }), nil
		case n.Type.V == layout.Int64 && !t.IsSigned:
			return sure(func(v parquet.Value) string { return strconv.FormatUint(v.Uint64(), 10) }), nil
		}
	case *layout.UUIDType:
		if fixed && n.TypeLength.V == 16 {
			return sure(func(v parquet.Value) string {
				b := v.ByteArray()
				return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
			}), nil
		}
	case *layout.Float16Type:
		if fixed && n.TypeLength.V == 2 {
			return sure(func(v parquet.Value) string { return number(half(binary.LittleEndian.Uint16(v.ByteArray())), 64) }), nil
		}
	case nil, *layout.StringType, *layout.EnumType, *layout.JsonType, *layout.NullType:
	default:
		return nil, fmt.Errorf("is %v, which is not read", t)
	}
	return n.physical()
}

// physical returns what makes text of values that have no logical type.
func (n *parquetNode) physical() (func(parquet.Value) (string, error), error) {
	switch n.Type.V {
	case layout.Boolean:
		return sure(func(v parquet.Value) string { return strconv.FormatBool(v.Boolean()) }), nil
	case layout.Int32:
		return sure(func(v parquet.Value) string { return strconv.Itoa(int(v.Int32())) }), nil
	case layout.Int64:
		return sure(func(v parquet.Value) string { return strconv.FormatInt(v.Int64(), 10) }), nil
	case layout.Float:
		return sure(func(v parquet.Value) string { return number(float64(v.Float()), 32) }), nil
	case layout.Double:
		return sure(func(v parquet.Value) string { return number(v.Double(), 64) }), nil
	case layout.Int96:
		return sure(func(v parquet.Value) string { // nanoseconds of a day by its number
			t := v.Int96()
			// INT96 is the time of Impala and old Spark: nanoseconds of the day,
			// low word first, then the Julian day; 2440588 is that of 1970-01-01.
			at := time.Unix((int64(t[2])-2440588)*86400, int64(uint64(t[1])<<32|uint64(t[0]))).UTC()
			return at.Format(time.DateTime + ".000000000")
		}), nil
	}
	return func(v parquet.Value) (string, error) {
		b := v.ByteArray()
		switch {
		case len(b) > mostText:
			return "", longText(len(b))
		case !utf8.Valid(b):
			return "", errNotUTF8
		}
		return string(b), nil
	}, nil
}

// sure makes a function that has no error one that could.
func sure(text func(parquet.Value) string) func(parquet.Value) (string, error) {
	return func(v parquet.Value) (string, error) { return text(v), nil }
}

// decimal returns what makes text of whole numbers, of which so many digits stand
// behind the point.
func (n *parquetNode) decimal(scale int) (func(parquet.Value) (string, error), error) {
	// A scale is how many zeros may be written out; the format has no bound for it.
	if scale < 0 || scale > 1000 {
		return nil, fmt.Errorf("is %s, which is not read", n.describe())
	}
	switch n.Type.V {
	case layout.Int32:
		return sure(func(v parquet.Value) string { return pointed(big.NewInt(int64(v.Int32())), scale) }), nil
	case layout.Int64:
		return sure(func(v parquet.Value) string { return pointed(big.NewInt(v.Int64()), scale) }), nil
	case layout.ByteArray, layout.FixedLenByteArray:
		return func(v parquet.Value) (string, error) {
			b := v.ByteArray()
			// Arrow's widest decimal has 32 bytes.
			if len(b) > 64 {
				return "", fmt.Errorf("a decimal of %d bytes", len(b))
			}
			// Big-endian two's complement.
			i := new(big.Int).SetBytes(b)
			if len(b) > 0 && b[0] >= 0x80 {
				i.Sub(i, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
			}
			return pointed(i, scale), nil
		}, nil
	}
	return nil, fmt.Errorf("is %s, which is not read", n.describe())
}

// pointed returns a whole number with a point before its last digits, in the
// notation of the decimal arithmetic that Python has too.
func pointed(i *big.Int, scale int) string {
	sign := ""
	if i.Sign() < 0 {
		sign = "-"
	}
	digits := new(big.Int).Abs(i).String()
	// The adjusted exponent: that of the first digit.
	exponent := len(digits) - 1 - scale
	switch {
	case scale == 0:
		return sign + digits
	// As Python's decimal (General Decimal Arithmetic, to-scientific-string):
	// exponents where more than six zeros would stand behind the point.
	case exponent < -6:
		mantissa := digits[:1]
		if len(digits) > 1 {
			mantissa += "." + digits[1:]
		}
		return fmt.Sprintf("%s%sE%+d", sign, mantissa, exponent)
	case len(digits) <= scale:
		digits = strings.Repeat("0", scale+1-len(digits)) + digits
	}
	return sign + digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
}

// digitsOf returns how many digits of a second a unit tells.
func digitsOf(u layout.TimeUnit) int {
	switch u.Value.(type) {
	case *layout.MilliSeconds:
		return 3
	case *layout.MicroSeconds:
		return 6
	}
	return 9
}

// moment returns so many units since 1970 in a form.
func moment(n int64, digits int, form string) string {
	second, nanosecond := int64(1), int64(1)
	for range digits {
		second *= 10
	}
	for range 9 - digits {
		nanosecond *= 10
	}
	whole, rest := n/second, n%second
	// Go's remainder has the sign of the dividend; times before 1970 need one from
	// 0 up.
	if rest < 0 {
		whole, rest = whole-1, rest+second
	}
	// All digits of the unit are written, zeros too, as by pyarrow: a column of
	// times has one width.
	return time.Unix(whole, rest*nanosecond).UTC().Format(form + "." + strings.Repeat("0", digits))
}

// number returns a float, in the fewest digits that tell it, "" for NaN.
func number(f float64, bits int) string {
	abs := math.Abs(f)
	switch {
	case math.IsNaN(f):
		return ""
	// pyarrow writes inf and -inf.
	case math.IsInf(f, 0):
		return strings.ToLower(strings.TrimPrefix(strconv.FormatFloat(f, 'g', -1, 64), "+"))
	// pyarrow's notation: no zeros before the digits of an exponent.
	// bits is the size of the type: a float32 written as a double would show digits
	// that it does not have.
	case abs != 0 && (abs < 1e-6 || abs >= 1e10):
		mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, bits), "e")
		return mantissa + "e" + exponent[:1] + strings.TrimLeft(exponent[1:], "0")
	}
	return strconv.FormatFloat(f, 'f', -1, bits)
}

// half returns a float of 16 bits.
func half(b uint16) float64 {
	// IEEE 754 binary16: a sign, 5 bits of exponent with bias 15, 10 of fraction;
	// exponent 0 is for subnormal numbers, 31 for infinities and NaN.
	sign, exponent, fraction := 1-2*float64(b>>15), int(b>>10&31), float64(b&1023)
	switch exponent {
	case 0:
		return sign * math.Ldexp(fraction, -24)
	case 31:
		if fraction != 0 {
			return math.NaN()
		}
		return sign * math.Inf(1)
	}
	return sign * math.Ldexp(1024+fraction, exponent-25)
}
