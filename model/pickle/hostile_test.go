package pickle

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"runtime"
	"strings"
	"testing"
)

// A record is one of an archive.
type record struct {
	name    string
	content string
}

// archived returns an archive of records as torch.save lays them out.
func archived(t testing.TB, records ...record) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, r := range records {
		f, err := w.CreateRaw(&zip.FileHeader{
			Name: "archive/" + r.name, Method: zip.Store, CRC32: crc32.ChecksumIEEE([]byte(r.content)),
			CompressedSize64: uint64(len(r.content)), UncompressedSize64: uint64(len(r.content)),
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(r.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Parts of pickles.
const (
	start      = "\x80\x02"
	float      = "ctorch\nFloatStorage\n"
	rebuild    = "ctorch._utils\n_rebuild_tensor_v2\n"
	storageID  = "(U\x07storage" + float + "U\x010U\x03cpuK\x06tQ" // 6 elements
	noTraining = "\x89)"                                           // requires_grad, hooks
)

// tensorOf returns what makes a tensor of the storage with an offset, a shape and
// strides, which are pickled already.
func tensorOf(offset, shape, strides string) string {
	return rebuild + "(" + storageID + offset + shape + strides + noTraining + "tR"
}

// named returns the pickle of a dictionary with a value under the name x.
func named(value string) string { return start + "}U\x01x" + value + "s." }

// six is the storage that the parts speak of.
var six = record{"data/0", strings.Repeat("\x00\x00\x80\x3f", 6)}

// TestHostilePickles: what would harm or mislead torch's own loader, or is not
// whole, is an error that says where.
func TestHostilePickles(t *testing.T) {
	long := func(n int64) string { return "\x8a\x08" + string(binary.LittleEndian.AppendUint64(nil, uint64(n))) }
	for name, c := range map[string]struct{ pickle, want string }{
		"empty":                      {"", "byte 0: "},
		"no end":                     {start + "}", "byte 3: "},
		"more after the end":         {start + "}..", "ends at byte 4 of 5"},
		"nothing to end with":        {start + ".", "STOP: nothing is on the stack"},
		"text beyond the end":        {start + "X\xff\xff\xff\xffabc", "BINUNICODE: 4294967295 bytes where 3 are left"},
		"huge text":                  {start + "\x8d\xff\xff\xff\xff\xff\xff\xff\xffa", "BINUNICODE8: 18446744073709551615 bytes"},
		"huge integer":               {start + "\x8b\xff\xff\xff\x7f", "LONG4: "},
		"protocol":                   {"\x80\x09}.", "PROTO: protocol 9"},
		"a program":                  {start + "cos\nsystem\n(U\x02lstR.", "GLOBAL: os.system is no name that weights need"},
		"a program by the stack":     {start + "\x8c\x08builtins\x8c\x04eval\x93.", "STACK_GLOBAL: builtins.eval is no name"},
		"a program by dots":          {start + "ctorch\nserialization.os.system\n.", "torch.serialization.os.system is no name"},
		"control characters":         {start + "c\x1b[2J\nx\n.", `\x1b[2J.x is no name`},
		"an instance":                {start + "(ios\nsystem\n.", "INST: weights are not made of that"},
		"an object":                  {start + "(o.", "OBJ: "},
		"a new object":               {start + "ccollections\nOrderedDict\n)\x81.", "NEWOBJ: "},
		"an extension":               {start + "\x82\x01.", "EXT1: "},
		"a name without end":         {start + "c" + strings.Repeat("a", 5000), "GLOBAL: no name ends within 1000 bytes"},
		"a text is called":           {start + "U\x01x)R.", "REDUCE: a text cannot be called"},
		"a class is called":          {start + float + ")R.", "torch.FloatStorage: cannot be called"},
		"no arguments":               {start + "ccollections\nOrderedDict\n]R.", "is given a list, not a tuple"},
		"an item of no dictionary":   {start + "]U\x01xK\x01s.", "SETITEM: a list is no dictionary"},
		"an item of a tensor":        {start + tensorOf("K\x00", "K\x06\x85", "K\x01\x85") + "K\x00K\x01s.", "SETITEM: a tensor is no dictionary"},
		"items of no dictionary":     {start + "U\x01d(U\x01xK\x01u.", "SETITEMS: a text is no dictionary"},
		"a key alone":                {start + "}(U\x01xu.", "SETITEMS: a key without a value"},
		"append to no list":          {start + "}K\x01a.", "APPEND: a dictionary is no list"},
		"attributes of a tensor":     {start + tensorOf("K\x00", "K\x06\x85", "K\x01\x85") + "}b.", "BUILD: a tensor has no attributes"},
		"twice":                      {start + "}U\x01xK\x01sU\x01xK\x02s.", `SETITEM: "x" is there twice`},
		"a list as a key":            {start + "}]K\x01s.", "SETITEM: a list as a key"},
		"pop of nothing":             {start + "0.", "POP: nothing"},
		"pop beneath a mark":         {start + "K\x01(0.", "POP: nothing"},
		"tuple beneath a mark":       {start + "K\x01K\x01(\x86.", "TUPLE2: 2 values where there are 0"},
		"no mark":                    {start + "K\x01t.", "TUPLE: no mark"},
		"no such memo":               {start + "j\xff\xff\xff\xff.", "LONG_BINGET: nothing was kept as number 4294967295"},
		"an id of text":              {start + "U\x07storageQ.", "BINPERSID: a text is no storage"},
		"an id of a module":          {start + "(U\x06module" + float + "U\x010U\x03cpuK\x06tQ.", "BINPERSID: an id that is no storage's"},
		"an id without class":        {start + "(U\x07storageU\x01fU\x010U\x03cpuK\x06tQ.", "a text is no class of storages"},
		"a storage in another place": {start + "(U\x07storage" + float + "U\x0b../../../etU\x03cpuK\x06tQ.", `no record "archive/data/../../../et"`},
		"a storage of less":          {start + "(U\x07storage" + float + "U\x010U\x03cpuK\x05tQ.", `storage "0" has 24 bytes, not 5 elements of 4`},
		"a storage of more":          {start + "(U\x07storage" + float + "U\x010U\x03cpuK\x07tQ.", `storage "0" has 24 bytes, not 7 elements of 4`},
		"a storage of too much":      {start + "(U\x07storage" + float + "U\x010U\x03cpu" + long(1<<62+6) + "tQ.", `has 24 bytes, not 4611686018427387910 elements`},
		"a storage below nothing":    {start + "(U\x07storage" + float + "U\x010U\x03cpu" + long(-6) + "tQ.", "-6, which is none"},
		"attributes of attributes":   {start + "ctorch._tensor\n_rebuild_from_type_v2\nq\x00(h\x00N)NtR.", "REDUCE: torch._tensor._rebuild_from_type_v2: wants a name"},
		"a tensor of nothing":        {start + rebuild + "(K\x01K\x00))" + noTraining + "tR.", "is given an integer, not a storage"},
		"no list of tensors":         {start + "].", "holds a list, not a dictionary of tensors"},
		"no tensors":                 {start + "}U\x01xK\x01s.", "has no tensors"},
		"tensors of a training":      {start + "}U\x05model}U\x01x" + tensorOf("K\x00", "K\x06\x85", "K\x01\x85") + "ss.", `no tensors but in its "model"`},
		"a number as a name":         {start + "}K\x05" + tensorOf("K\x00", "K\x06\x85", "K\x01\x85") + "s.", "a tensor has an integer for its name"},
		"a negative offset":          {named(tensorOf("J\xff\xff\xff\xff", "K\x06\x85", "K\x01\x85")), "offset: -1"},
		"a negative stride":          {named(tensorOf("K\x05", "K\x06\x85", "J\xff\xff\xff\xff\x85")), "strides: -1"},
		"a negative shape":           {named(tensorOf("K\x00", "J\xff\xff\xff\xff\x85", "K\x01\x85")), "shape: -1"},
		"too large a shape":          {named(tensorOf("K\x00", "K\x07\x85", "K\x01\x85")), `tensor "x": shape [7] with strides [1] from element 0 of a storage of 6`},
		"too large an offset":        {named(tensorOf("K\x06", ")", ")")), `tensor "x": shape [] with strides [] from element 6`},
		"too large a stride":         {named(tensorOf("K\x00", "K\x02\x85", long(1<<62)+"\x85")), `tensor "x": shape [2]`},
		"strides that overflow":      {named(tensorOf("K\x01", long(1<<32)+"\x85", long(1<<32)+"\x85")), `tensor "x": shape [4294967296]`},
		"a shape that overflows":     {named(tensorOf("K\x00", long(1<<32)+long(1<<32)+"\x86", "K\x00K\x00\x86")), `tensor "x": shape [4294967296`},
		"one number as very many":    {named(tensorOf("K\x00", long(1<<40)+"\x85", "K\x00\x85")), `tensor "x": takes 4398046511104 bytes, more than the file can mean`},
		"shape without strides":      {named(tensorOf("K\x00", "K\x06\x85", ")")), `tensor "x": shape [6] with strides []`},
		"very many dimensions":       {named(tensorOf("K\x00", "("+strings.Repeat("K\x01", 17)+"t", ")")), "shape: 17 dimensions"},
		"a sign put off":             {named(rebuild + "(" + storageID + "K\x00K\x06\x85K\x01\x85" + noTraining + "}U\x03neg\x88stR"), "is to be changed when it is read"},
		"a sparse tensor":            {start + "ctorch._utils\n_rebuild_sparse_tensor\n.", "torch._utils._rebuild_sparse_tensor is no name that weights need"},
		"bytes without a type": {
			named(rebuild + "((U\x07storagectorch.storage\nUntypedStorage\nU\x010U\x03cpuK\x18tQK\x00K\x06\x85K\x01\x85" + noTraining + "tR"),
			`tensor "x": a storage of bytes without a type of numbers`,
		},
	} {
		_, err := OpenBytes(archived(t, record{"data.pkl", c.pickle}, six))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.ContainsAny(err.Error(), "\n\x1b") || len(err.Error()) > 400 {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
	nothing := named(tensorOf(long(1<<62), "K\x00\x85", "K\x01\x85"))
	if f, err := OpenBytes(archived(t, record{"data.pkl", nothing}, six)); err != nil || len(f.Names()) != 1 {
		t.Error(err)
	}
	good := named(tensorOf("K\x00", "K\x06\x85", "K\x01\x85"))
	if _, err := OpenBytes(archived(t, record{"data.pkl", good}, six)); err != nil {
		t.Error(err)
	}
}

// TestHostileArchives: archives that are not as torch.save writes them.
func TestHostileArchives(t *testing.T) {
	good := record{"data.pkl", named(tensorOf("K\x00", "K\x06\x85", "K\x01\x85"))}
	var squeezed bytes.Buffer
	w := zip.NewWriter(&squeezed)
	f, err := w.Create("archive/data.pkl")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = f.Write(make([]byte, 1<<20))
	_ = w.Close()
	beyond := archived(t, good, six)
	at := bytes.LastIndex(beyond, []byte("PK\x01\x02")) // of data/0 in the directory
	for _, field := range []int{20, 24} {
		binary.LittleEndian.PutUint32(beyond[at+field:], 1<<30)
	}
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"nothing":           {nil, "0 bytes are no file of torch.save"},
		"something else":    {[]byte("<!DOCTYPE html>"), "no file of torch.save"},
		"a pointer":         {[]byte("version https://git-lfs.github.com/spec/v1\noid sha256:0"), "git lfs pull"},
		"tar":               {append(make([]byte, 257), "ustar\x0000"...), "a tar archive"},
		"cut short":         {archived(t, good, six)[:200], "zip: not a valid zip file"},
		"no pickle":         {archived(t, six), `no record "archive/data.pkl"`},
		"no storage":        {archived(t, good), `no record "archive/data/0"`},
		"twice":             {archived(t, good, six, six), `record "archive/data/0" is there twice`},
		"another order":     {archived(t, good, six, record{"byteorder", "middle"}), `byteorder: "middle"`},
		"a program":         {archived(t, good, six, record{"constants.pkl", "."}), "a program of TorchScript"},
		"compressed":        {squeezed.Bytes(), `"archive/data.pkl" is compressed`},
		"beyond the end":    {beyond, `"archive/data/0" has 1073741824 bytes`},
		"without a folder":  {bytes.ReplaceAll(archived(t, good, six), []byte("archive/d"), []byte("archive_d")), "no record"},
		"nothing in it":     {archived(t), "no file of torch.save"},
		"a large directory": {archived(t, manyRecords()...), "directory is larger than that of any weights"},
	} {
		if _, err := OpenBytes(c.file); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}

func manyRecords() []record {
	long := strings.Repeat("a", 60000)
	all := make([]record, maxDirectory/len(long)+1)
	for i := range all {
		all[i].name = fmt.Sprint(long, i)
	}
	return all
}

// TestHostileStreams: streams whose storages are not what their pickle says.
func TestHostileStreams(t *testing.T) {
	whole, err := os.ReadFile("testdata/types-legacy.bin")
	if err != nil {
		t.Fatal(err)
	}
	head := magic + start + "M\xe9\x03." + start + "}."
	body := func(view, keys, data string) []byte {
		id := strings.Replace(storageID, "K\x06tQ", "K\x06"+view+"tQ", 1)
		return []byte(head + named(rebuild+"("+id+"K\x00K\x02\x85K\x01\x85"+noTraining+"tR") + start + keys + "." + data)
	}
	const six = "\x06\x00\x00\x00\x00\x00\x00\x00"
	floats := strings.Repeat("\x00\x00\x80\x3f", 6)
	if _, err := OpenBytes(body("N", "]U\x010a", six+floats)); err != nil {
		t.Error(err)
	}
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"only the mark":          {[]byte(magic), "the version, byte 15"},
		"another version":        {[]byte(magic + start + "K\x01."), "version 1 of the stream"},
		"cut short":              {whole[:len(whole)-1], "where"},
		"without storages":       {body("N", "]", ""), `tensor "x": the file has no storage "0"`},
		"without keys":           {body("N", "}", ""), "a dictionary, not a list of the keys"},
		"a key of nothing":       {body("N", "]U\x011a", ""), `a storage "1" that no tensor has`},
		"a key that is no text":  {body("N", "]K\x01a", ""), "a storage an integer that no tensor has"},
		"a storage twice":        {body("N", "](U\x010U\x010e", six+floats+six+floats), `"0" is there twice`},
		"no size":                {body("N", "]U\x010a", six[:5]), "ends before its storages do"},
		"another size":           {body("N", "]U\x010a", "\x07"+six[1:]+floats), `"0" has 7 elements, its tensors say 6`},
		"less than its size":     {body("N", "]U\x010a", six+floats[1:]), "where 23 bytes are left"},
		"a view beyond":          {body("(U\x01vK\x05K\x02t", "]U\x010a", six+floats), "a view of elements 5 to 5+2"},
		"a view that is smaller": {body("(U\x01vK\x05K\x01t", "]U\x010a", six+floats), "a storage of 1"},
		"a view of nothing":      {body("K\x01", "]U\x010a", six+floats), "an integer is no view"},
	} {
		if _, err := OpenBytes(c.file); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
	f, err := OpenBytes(body("(U\x01vK\x01K\x04t", "]U\x010a", six+"\x00\x00\x80\x3f\x00\x00\x00\x40"+floats[8:]))
	if err != nil {
		t.Fatal(err)
	}
	if x, _ := f.Tensor("x"); string(x.Data) != "\x00\x00\x00\x40\x00\x00\x80\x3f" {
		t.Errorf("of a view: %x", x.Data)
	}
}

// TestBombs: what a small file makes is small.
func TestBombs(t *testing.T) {
	const size = 1 << 20
	for name, pickle := range map[string]string{
		"nesting":      start + "}U\x01x" + strings.Repeat("]", size/2) + strings.Repeat("a", size/2-1) + "s.",
		"tuples":       start + "}U\x01xK\x01" + strings.Repeat("\x85", size) + "s.",
		"memo":         start + "]" + strings.Repeat("q\x00]h\x00a", size/6) + ".",
		"marks":        start + strings.Repeat("(", size) + ".",
		"opcodes":      start + strings.Repeat("N0", size) + ".",
		"laughs":       start + "}q\x00" + strings.Repeat("(U\x01ah\x00U\x01bh\x00dq\x00", 100) + ".",
		"many opcodes": start + strings.Repeat("N0", mostOpcodes) + ".",
	} {
		file := archived(t, record{"data.pkl", pickle})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := OpenBytes(file)
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		if made := after.TotalAlloc - before.TotalAlloc; made > uint64(200*len(file)) {
			t.Errorf("%s: %d bytes were made of %d", name, made, len(file))
		}
	}
}
