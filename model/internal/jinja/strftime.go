package jinja

import (
	"fmt"
	"strings"
	"time"
)

// strftimeNow is the function that transformers gives templates.
// Letters are C's, as glibc has them, since Python hands them on; names are English,
// whatever the locale.
func strftimeNow(r *run, a *args) Value {
	format := r.str(r.need(a, 1, "strftime_now", "format")[0], "strftime_now")
	var b strings.Builder
	// a % at the end, and a letter that means nothing, stay as they are
	for s := format.s; s != ""; {
		at := strings.IndexByte(s, '%')
		if at < 0 || at+1 == len(s) {
			b.WriteString(s)
			break
		}
		b.WriteString(s[:at])
		s = s[at+1:]
		flag := byte(0)
		if strings.IndexByte("-_0^#", s[0]) >= 0 && len(s) > 1 {
			flag, s = s[0], s[1:]
		}
		b.WriteString(r.dated(s[0], flag))
		s = s[1:]
		r.makes(64)
	}
	return Plain(b.String())
}

// dated returns what a letter of C's strftime stands for.
// A flag before the letter is glibc's: - for no padding, _ for spaces, 0 for zeros, ^
// and # for capitals. A letter that is none stays as it is.
func (r *run) dated(letter, flag byte) string {
	s, pad, width := dateText(r.date, letter), byte('0'), 0
	if s == "" {
		var n int
		if n, pad, width = dateNumber(r.date, letter); width == 0 {
			// without a flag its byte is 0, which is no part of the text
			return strings.TrimRight("%"+string(flag), "\x00") + string(letter) // as C has it
		}
		s = fmt.Sprint(n)
	}
	switch flag {
	case '-':
		width = 0
	case '_':
		pad = ' '
	case '0':
		pad = '0'
	case '^':
		s = strings.ToUpper(s)
	// the other case: of AM and of a zone's name small letters, else capitals
	case '#':
		if s = strings.ToUpper(s); letter == 'p' || letter == 'Z' {
			s = strings.ToLower(s)
		}
	}
	if n := width - len(s); n > 0 {
		s = strings.Repeat(string(pad), n) + s
	}
	return s
}

// dateText returns what a letter stands for that is no number, or is several.
func dateText(t time.Time, letter byte) string {
	// the letters that Go has a layout for, in the C locale
	layouts := map[byte]string{
		'a': "Mon", 'A': "Monday", 'b': "Jan", 'h': "Jan", 'B': "January", 'p': "PM", 'P': "pm",
		'F': "2006-01-02", 'T': "15:04:05", 'R': "15:04", 'D': "01/02/06", 'x': "01/02/06", 'X': "15:04:05",
		'c': "Mon Jan _2 15:04:05 2006", 'r': "03:04:05 PM",
	}
	switch letter {
	case '%':
		return "%"
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case 'f': // Python's own
		return fmt.Sprintf("%06d", t.Nanosecond()/1000)
	}
	if layout := layouts[letter]; layout != "" {
		return t.Format(layout)
	}
	return ""
}

// dateNumber returns the number that a letter stands for, and how it is padded
// to what width; 0 for no number.
// Width 1 is a number without padding. Weeks: V is ISO 8601's, U begins on Sundays,
// W on Mondays.
func dateNumber(t time.Time, letter byte) (n int, pad byte, width int) {
	year, week := t.ISOWeek()
	// days of the week from 0, counted from Sunday and from Monday
	sunday, monday := int(t.Weekday()), (int(t.Weekday())+6)%7
	switch letter {
	case 'd':
		return t.Day(), '0', 2
	case 'e':
		return t.Day(), ' ', 2
	case 'm':
		return int(t.Month()), '0', 2
	case 'Y':
		return t.Year(), '0', 1
	case 'y':
		return t.Year() % 100, '0', 2
	case 'C':
		return t.Year() / 100, '0', 2
	case 'G':
		return year, '0', 1
	case 'g':
		return year % 100, '0', 2
	case 'V':
		return week, '0', 2
	case 'U':
		return (t.YearDay() + 6 - sunday) / 7, '0', 2
	case 'W':
		return (t.YearDay() + 6 - monday) / 7, '0', 2
	case 'u':
		return monday + 1, '0', 1
	case 'w':
		return sunday, '0', 1
	case 'j':
		return t.YearDay(), '0', 3
	case 'H':
		return t.Hour(), '0', 2
	case 'k':
		return t.Hour(), ' ', 2
	case 'I':
		return (t.Hour()+11)%12 + 1, '0', 2
	case 'l':
		return (t.Hour()+11)%12 + 1, ' ', 2
	case 'M':
		return t.Minute(), '0', 2
	case 'S':
		return t.Second(), '0', 2
	case 's':
		return int(t.Unix()), '0', 1
	}
	return 0, 0, 0
}
