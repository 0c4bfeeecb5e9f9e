// What the programs of this folder share: numbers that follow from the seed, and the loop over the cases. Their arguments are the seed and how many cases.
package main

import (
	"fmt"
	"os"
	"strconv"
)

var state uint64

func next() uint64 {
	state += 0x9E3779B97F4A7C15
	z := state
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}
func upTo(n int) int                { return int(next() % uint64(n)) }
func choose[T any](from ...T) (x T) { return from[upTo(len(from))] }

// cases does each case with a state of its own, so that one that draws more or less leaves the others as they are.
func cases(do func(i int)) {
	seed, _ := strconv.Atoi(os.Args[1])
	count, _ := strconv.Atoi(os.Args[2])
	for i := 0; i < count; i++ {
		state = uint64(seed)*1000003 + uint64(i)*7919
		do(i)
	}
}

// call makes one of the calls in each case and prints what comes of it, or its panic.
func call(calls []func() any, show func(result any) string) {
	cases(func(i int) {
		k := upTo(len(calls))
		defer func() {
			if r := recover(); r != nil {
				fmt.Printf("%d.%d panic %v\n", i, k, r)
			}
		}()
		fmt.Printf("%d.%d %s\n", i, k, show(calls[k]()))
	})
}
