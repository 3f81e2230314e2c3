// Package main is a small program that is no toolchain.
package main

import "fmt"

func main() { fmt.Println("hello") }
