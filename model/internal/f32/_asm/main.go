// Command _asm writes the assembly of package f32, one folder up, and the Go
// declarations that go with it. Its output depends on nothing but its source.
package main

import (
	"log"
	"os"
	"path/filepath"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
)

func main() {
	log.SetFlags(0)
	if err := writeCoefficients("../coefficients.go"); err != nil {
		log.Fatal(err)
	}
	if err := writeNEON("../float_arm64"); err != nil {
		log.Fatal(err)
	}
	if err := writeNEONKernels("../vector_arm64"); err != nil {
		log.Fatal(err)
	}
	for name, emit := range map[string]func(*build.Context){
		"function": emitFunction,
		"bfloat16": bfloat16.emit,
		"float":    float.emit,
		"int8":     int8s.emit,
		"quantize": emitQuantize,
		"reduce":   emitReduce,
		"vector":   emitVector,
		"peak":     emitPeak,
	} {
		if err := generate("..", name, emit); err != nil {
			log.Fatalf("%s: %v", name, err)
		}
	}
}

// generate writes NAME_amd64.s and NAME_amd64.go into dir.
// CI runs it and compares, so that no file here differs from what it would write.
func generate(dir, name string, emit func(*build.Context)) error {
	c := build.NewContext()
	c.ConstraintExpr("!purego")
	emit(c)
	f, err := c.Result()
	if err != nil {
		return err
	}
	if err := pass.Compile.Execute(f); err != nil {
		return err
	}
	encode(f)
	cfg := printer.Config{Argv: []string{"go", "generate"}, Name: "avo", Pkg: "f32"}
	for ext, p := range map[string]printer.Printer{
		".s":  printer.NewGoAsm(cfg),
		".go": printer.NewStubs(cfg),
	} {
		text, err := p.Print(f)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name+"_amd64"+ext), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
