package pickle

import "fmt"

// The opcodes that weights are made of: those of protocol 2, which torch writes, and
// what protocol 4 says in their place. The values are those of Python's pickletools.
// REDUCE alone calls anything, and only what names has; INST, OBJ and NEWOBJ are not
// among them.
const (
	opProto        = 0x80
	opFrame        = 0x95
	opStop         = '.'
	opMark         = '('
	opPop          = '0'
	opPopMark      = '1'
	opNone         = 'N'
	opTrue         = 0x88
	opFalse        = 0x89
	opInt          = 'J'
	opInt1         = 'K'
	opInt2         = 'M'
	opLong1        = 0x8a
	opLong4        = 0x8b
	opFloat        = 'G'
	opUnicode      = 'X'
	opShortUnicode = 0x8c
	opUnicode8     = 0x8d
	opString       = 'T'
	opShortString  = 'U'
	opBytes        = 'B'
	opShortBytes   = 'C'
	opEmptyTuple   = ')'
	opTuple        = 't'
	opTuple1       = 0x85
	opTuple2       = 0x86
	opTuple3       = 0x87
	opEmptyList    = ']'
	opEmptySet     = 0x8f
	opAppend       = 'a'
	opAppends      = 'e'
	opAddItems     = 0x90
	opEmptyDict    = '}'
	opSetItem      = 's'
	opSetItems     = 'u'
	opPut          = 'q'
	opLongPut      = 'r'
	opMemoize      = 0x94
	opGet          = 'h'
	opLongGet      = 'j'
	opGlobal       = 'c'
	opStackGlobal  = 0x93
	opReduce       = 'R'
	opBuild        = 'b'
	opPersistent   = 'Q'
)

// What an honest file is far from. A pickle says of each tensor some 200 bytes, 60
// opcodes.
const (
	maxProtocol   = 5
	longestPickle = 64 << 20 // bytes
	mostOpcodes   = 1 << 23
)

// opName returns what Python calls an opcode.
func opName(op byte) string {
	if name, ok := opNames[op]; ok {
		return name
	}
	return fmt.Sprintf("opcode %#02x", op)
}

// opNames are the names of the opcodes that can fail, and of those that make
// objects of any class.
var opNames = map[byte]string{
	opProto: "PROTO", opFrame: "FRAME", opStop: "STOP", opPop: "POP", opPopMark: "POP_MARK",
	opInt: "BININT", opInt1: "BININT1", opInt2: "BININT2", opLong1: "LONG1", opLong4: "LONG4", opFloat: "BINFLOAT",
	opUnicode: "BINUNICODE", opShortUnicode: "SHORT_BINUNICODE", opUnicode8: "BINUNICODE8",
	opString: "BINSTRING", opShortString: "SHORT_BINSTRING", opBytes: "BINBYTES", opShortBytes: "SHORT_BINBYTES",
	opTuple: "TUPLE", opTuple1: "TUPLE1", opTuple2: "TUPLE2", opTuple3: "TUPLE3",
	opAppend: "APPEND", opAppends: "APPENDS", opAddItems: "ADDITEMS", opSetItem: "SETITEM", opSetItems: "SETITEMS",
	opPut: "BINPUT", opLongPut: "LONG_BINPUT", opMemoize: "MEMOIZE", opGet: "BINGET", opLongGet: "LONG_BINGET",
	opGlobal: "GLOBAL", opStackGlobal: "STACK_GLOBAL", opReduce: "REDUCE", opBuild: "BUILD", opPersistent: "BINPERSID",
	'i': "INST", 'o': "OBJ", 0x81: "NEWOBJ", 0x92: "NEWOBJ_EX", 0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4",
	'P': "PERSID", 'S': "STRING", 'V': "UNICODE", 'I': "INT", 'L': "LONG", 'F': "FLOAT", 'd': "DICT", 'l': "LIST", 'p': "PUT", 'g': "GET", '2': "DUP",
}
