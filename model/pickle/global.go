package pickle

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/whence-xai/whence/model/tensor"
)

// A global is one of the names that the interpreter knows.
type global struct {
	name  string
	kind  kind
	dtype tensor.DType // of a storage's class or a type of numbers; "" for bytes
}

// A kind says what is built where a name is called.
type kind int

const (
	plain       kind = iota // a value that says nothing of tensors
	orderedDict             // a dictionary
	size                    // the tuple that it is given
	class                   // a class of storages, which is not called
	number                  // a type of numbers, which is not called
	tensorV2                // a tensor of a storage
	tensorV3                // one whose type of numbers is told apart
	parameter               // the tensor that it is given
	attributed              // what another builds, with attributes
)

// names are all names that weights have a use for: those of torch's own loader
// that is restricted to weights, as far as they say something of dense tensors.
var names = known()

// torch/_weights_only_unpickler.py has the same list; what is called there builds its
// objects in Python, and here in this package.
func known() map[string]global {
	all := map[string]global{}
	add := func(k kind, d tensor.DType, names ...string) {
		for _, name := range names {
			all[name] = global{name, k, d}
		}
	}
	add(orderedDict, "", "collections.OrderedDict")
	add(size, "", "torch.Size")
	// version 1 has no arguments for training behind the strides
	add(tensorV2, "", "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2")
	add(tensorV3, "", "torch._utils._rebuild_tensor_v3")
	add(parameter, "", "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state")
	add(attributed, "", "torch._tensor._rebuild_from_type_v2")
	add(class, "", "torch.storage.UntypedStorage")
	// each type by the class of storages that has it, and by torch's names of types
	for _, t := range []struct {
		dtype tensor.DType
		class string
		names string
	}{
		{tensor.F64, "Double", "float64 double"},
		{tensor.F32, "Float", "float32 float"},
		{tensor.F16, "Half", "float16 half"},
		{tensor.BF16, "BFloat16", "bfloat16"},
		{tensor.I64, "Long", "int64 long"},
		{tensor.I32, "Int", "int32 int"},
		{tensor.I16, "Short", "int16 short"},
		{tensor.I8, "Char", "int8"},
		{tensor.U8, "Byte", "uint8"},
		{tensor.Bool, "Bool", "bool"},
		{tensor.C64, "ComplexFloat", "complex64 cfloat"},
		{tensor.U64, "", "uint64"},
		{tensor.U32, "", "uint32"},
		{tensor.U16, "", "uint16"},
		{tensor.F8E4M3, "", "float8_e4m3fn"},
		{tensor.F8E5M2, "", "float8_e5m2"},
	} {
		// types of later years have no class of storages
		if t.class != "" {
			add(class, t.dtype, "torch."+t.class+"Storage")
		}
		for name := range strings.FieldsSeq(t.names) {
			add(number, t.dtype, "torch."+name)
		}
	}
	// optimizers and the like have these; their values are dropped
	add(plain, "", "collections.Counter", "collections.defaultdict", "torch.device", "torch.Tensor", "torch.nn.parameter.Parameter", "torch.serialization._get_layout",
		"_codecs.encode", "builtins.set", "builtins.bytearray", "builtins.complex", "__builtin__.set", "__builtin__.bytearray", "__builtin__.complex")
	return all
}

// lookUp returns what a name stands for.
func lookUp(module, name string) (global, error) {
	full := module + "." + name
	g, ok := names[full]
	if !ok {
		return global{}, fmt.Errorf("%.200s is no name that weights need, and nothing in a pickle is run; save the state_dict alone, with tensors that are dense and not quantized", strings.Trim(strconv.QuoteToGraphic(full), `"`))
	}
	return g, nil
}

// build returns what calling f with arguments stands for.
// What is wrong with arguments is told with the name, since it is all that a user knows.
func build(f, arguments value) (value, error) {
	g, ok := f.(global)
	if !ok {
		return nil, fmt.Errorf("%s cannot be called", describe(f))
	}
	args, ok := arguments.(tuple)
	if !ok {
		return nil, fmt.Errorf("%s is given %s, not a tuple", g.name, describe(arguments))
	}
	v, err := g.build(args)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", g.name, err)
	}
	return v, nil
}

func (g global) build(args tuple) (value, error) {
	switch g.kind {
	case plain:
		return opaque(g.name), nil
	// its pairs come by SETITEMS in most files, as arguments in old ones
	case orderedDict:
		return ordered(args)
	// torch.Size is a tuple of its own
	case size:
		if len(args) == 1 {
			if dims, ok := args[0].(tuple); ok {
				return dims, nil
			}
		}
		return nil, fmt.Errorf("wants a tuple")
	case tensorV2, tensorV3:
		return g.tensor(args)
	// what torch.nn.Parameter adds to its tensor is for training
	case parameter:
		if len(args) > 0 {
			if a, ok := args[0].(*array); ok {
				return a, nil
			}
		}
		return nil, fmt.Errorf("wants a tensor")
	case attributed: // a name, a class, what the name is given, the attributes
		if len(args) == 4 {
			if inner, ok := args[0].(global); ok && inner.kind != attributed {
				return build(inner, args[2])
			}
		}
		return nil, fmt.Errorf("wants a name, a class and what is given")
	}
	return nil, fmt.Errorf("cannot be called")
}

// ordered returns a dictionary of the pairs that Python 2 gave, or an empty one.
// Each pair is a list or a tuple, by the version of Python.
func ordered(args tuple) (value, error) {
	d := &dict{}
	if len(args) == 0 {
		return d, nil
	}
	pairs, ok := args[0].(*list)
	if !ok || len(args) > 1 {
		return nil, fmt.Errorf("wants a list of pairs")
	}
	for _, p := range pairs.items {
		var pair []value
		switch p := p.(type) {
		case *list:
			pair = p.items
		case tuple:
			pair = p
		}
		if len(pair) != 2 {
			return nil, fmt.Errorf("wants a list of pairs")
		}
		if err := d.set(pair[0], pair[1]); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// tensor returns a tensor: of a storage, an offset, a shape, strides, and what
// training needs; version 3 tells the type of its numbers at place 6.
// The arguments are (storage, offset, shape, strides, requires_grad, backward_hooks,
// metadata); offsets and strides count elements.
func (g global) tensor(args tuple) (value, error) {
	const most = 8
	if len(args) < 4 || len(args) > most {
		return nil, fmt.Errorf("is given %d things", len(args))
	}
	s, ok := args[0].(*storage)
	if !ok {
		return nil, fmt.Errorf("is given %s, not a storage", describe(args[0]))
	}
	a := &array{storage: s, dtype: s.dtype}
	var err error
	if a.offset, err = length(args[1]); err != nil {
		return nil, fmt.Errorf("offset: %w", err)
	}
	if a.shape, err = lengths(args[2]); err != nil {
		return nil, fmt.Errorf("shape: %w", err)
	}
	if a.strides, err = lengths(args[3]); err != nil {
		return nil, fmt.Errorf("strides: %w", err)
	}
	// requires_grad, hooks, in version 3 the type, and metadata
	rest := args[4:]
	if g.kind == tensorV3 {
		n, ok := global{}, false
		if len(rest) > 2 {
			n, ok = rest[2].(global)
		}
		if !ok || n.kind != number {
			return nil, fmt.Errorf("is given no type of numbers")
		}
		a.dtype, rest = n.dtype, append(rest[:2:2], rest[3:]...)
	}
	if len(rest) > 2 { // a sign or a conjugation that is put off
		if d, ok := rest[2].(*dict); !ok && rest[2] != nil || ok && len(d.keys) > 0 {
			return nil, fmt.Errorf("is to be changed when it is read, which is not supported")
		}
	}
	return a, nil
}
