// Checks a downloaded log with Go's own libraries for transparency logs, which share no line with
// ours: golang.org/x/mod/sumdb/note and golang.org/x/mod/sumdb/tlog.
//
//	checklog FOLDER VKEY
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// tiles reads C2SP tiles for Go's reader, which asks for the same hashes under other names.
type tiles struct{ folder string }

func (t tiles) Height() int { return 8 }

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t tiles) ReadTiles(asked []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range asked {
		// Go writes tile/8/<level>/…, C2SP writes tile/<level>/….
		name := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		raw, err := os.ReadFile(filepath.Join(t.folder, name))
		if err != nil {
			return nil, err
		}
		found = append(found, raw)
	}
	return found, nil
}

type checkpoint struct {
	origin string
	tree   tlog.Tree
}

func read(path string, verifiers note.Verifiers) checkpoint {
	raw, err := os.ReadFile(path)
	must(err)
	opened, err := note.Open(raw, verifiers)
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := base64.StdEncoding.DecodeString(lines[2])
	must(err)
	var hash tlog.Hash
	if copy(hash[:], root) != len(hash) {
		must(fmt.Errorf("%s: root of %d bytes", path, len(root)))
	}
	return checkpoint{lines[0], tlog.Tree{N: size, Hash: hash}}
}

func leaves(folder string, size int64) [][]byte {
	var found [][]byte
	for start := int64(0); start < size; start += 256 {
		tile := tlog.Tile{H: 8, L: -1, N: start / 256, W: 256}
		if size-start < 256 {
			tile.W = int(size - start)
		}
		name := strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)
		raw, err := os.ReadFile(filepath.Join(folder, name))
		must(err)
		for len(raw) > 0 {
			length := int(binary.BigEndian.Uint16(raw))
			found = append(found, raw[2:2+length])
			raw = raw[2+length:]
		}
	}
	return found
}

func must(err error) {
	if err != nil {
		fmt.Println("DOES NOT FIT", err)
		os.Exit(1)
	}
}

func main() {
	folder, vkey := os.Args[1], os.Args[2]
	verifier, err := note.NewVerifier(vkey)
	must(err)
	verifiers := note.VerifierList(verifier)
	latest := read(filepath.Join(folder, "checkpoint"), verifiers)
	reader := tlog.TileHashReader(latest.tree, tiles{folder})

	found := leaves(folder, latest.tree.N)
	if int64(len(found)) != latest.tree.N {
		must(fmt.Errorf("%d leaves in a log of %d", len(found), latest.tree.N))
	}
	for at, leaf := range found {
		proof, err := tlog.ProveRecord(latest.tree.N, int64(at), reader)
		must(err)
		err = tlog.CheckRecord(proof, latest.tree.N, latest.tree.Hash, int64(at), tlog.RecordHash(leaf))
		if err != nil {
			must(fmt.Errorf("leaf %d: %w", at, err))
		}
	}

	paths, err := filepath.Glob(filepath.Join(folder, "checkpoints", "*"))
	must(err)
	sort.Strings(paths)
	for _, path := range paths {
		earlier := read(path, verifiers)
		if earlier.origin != latest.origin {
			must(fmt.Errorf("%s: of another log", path))
		}
		if earlier.tree.N == 0 {
			continue
		}
		proof, err := tlog.ProveTree(latest.tree.N, earlier.tree.N, reader)
		must(err)
		err = tlog.CheckTree(proof, latest.tree.N, latest.tree.Hash, earlier.tree.N, earlier.tree.Hash)
		if err != nil {
			must(fmt.Errorf("%s: %w", path, err))
		}
	}
	fmt.Printf("FITS %s: %d entries, %d checkpoints\n", latest.origin, latest.tree.N, len(paths))
}
