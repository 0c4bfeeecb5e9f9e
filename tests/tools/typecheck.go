// typecheck says of each file whose path it reads what Go's own type checker says of it, as a program of its own:
// `ok`, or `no LINE: MESSAGE`, or `syntax LINE: MESSAGE`. Thousands of files take seconds, where go build takes one for each.
// Two mistakes that go build finds behind its type checker, a program without main and what is no file of package main, count, too.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"strings"
)

func verdict(path string, imports types.Importer) (text string) {
	defer func() {
		if r := recover(); r != nil {
			text = fmt.Sprintf("panic %v", r)
		}
	}()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return fmt.Sprintf("syntax %v", err)
	}
	var first error
	config := types.Config{Importer: imports, GoVersion: "go1.19", Error: func(err error) {
		if first == nil {
			first = err
		}
	}}
	pkg, err := config.Check("main", set, []*ast.File{file}, nil)
	if first == nil {
		first = err
	}
	if e, ok := first.(types.Error); ok {
		return fmt.Sprintf("no %d: %s", set.Position(e.Pos).Line, e.Msg)
	} else if first != nil {
		return fmt.Sprintf("no 0: %v", first)
	}
	if pkg.Name() != "main" {
		return "no 1: not package main"
	}
	if _, ok := pkg.Scope().Lookup("main").(*types.Func); !ok {
		return "no 1: function main is undeclared in the main package"
	}
	return "ok"
}

func main() {
	imports := importer.Default()
	in := bufio.NewScanner(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	for in.Scan() {
		fmt.Fprintln(out, strings.ReplaceAll(verdict(in.Text(), imports), "\n", " "))
		out.Flush()
	}
}
