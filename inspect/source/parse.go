package source

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Parse parses a document. Its errors say what is wrong with it in the words of those
// who have it, not of this program.
func Parse(raw []byte, into any) error {
	err := json.Unmarshal(raw, into)
	var syntax *json.SyntaxError
	var typ *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case len(bytes.TrimSpace(raw)) == 0:
		return errors.New("it is empty")
	case errors.As(err, &typ) && typ.Field != "":
		return fmt.Errorf("%s in it is a %s, which it cannot be", strings.ToLower(typ.Field), typ.Value)
	case errors.As(err, &typ):
		return fmt.Errorf("it is of another kind (a JSON %s)", typ.Value)
	case errors.As(err, &syntax) && int(syntax.Offset) >= len(raw), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("it is cut off")
	case errors.As(err, &syntax):
		return fmt.Errorf("it is no JSON: %w at byte %d", err, syntax.Offset)
	}
	return err
}

// parseConfig parses a configuration. What is damaged of it does not hide the rest:
// odd says in a sentence what is missing.
func parseConfig(raw []byte) (cfg *v1.ConfigFile, odd string, err error) {
	cfg = &v1.ConfigFile{}
	whole := Parse(raw, cfg)
	if whole == nil {
		return cfg, "", nil
	}
	var parts map[string]json.RawMessage
	if err := Parse(raw, &parts); err != nil {
		return nil, "", err
	}
	cfg = &v1.ConfigFile{}
	var bad []string
	for key, value := range parts {
		part, err := json.Marshal(map[string]json.RawMessage{key: value})
		if err != nil {
			return nil, "", err
		}
		if json.Unmarshal(part, cfg) != nil { // takes over what it can
			bad = append(bad, key)
		}
	}
	slices.Sort(bad)
	return cfg, fmt.Sprintf("parts of the configuration cannot be read (%s): what they say is missing here, or not whole", Names(bad)), nil
}
