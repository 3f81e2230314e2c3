// Shell is the userland of stagedive's stand-in base images, one static binary
// that is called by many names.
package main

import (
	"os"

	"github.com/stagedive/stagedive/userland"
)

func main() { os.Exit(userland.Main(os.Args, nil)) }
