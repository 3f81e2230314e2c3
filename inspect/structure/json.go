package structure

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"
)

// parseJSON reads JSON into the nodes that YAML is read into. (YAML's own grammar does
// not take all of it: tabs, and characters written as two escapes.)
func parseJSON(data []byte) (*yaml.Node, error) {
	p := &jsonParser{data: data, in: json.NewDecoder(bytes.NewReader(data))}
	p.in.UseNumber()
	n, err := p.value()
	if err == nil && p.in.More() {
		err = fmt.Errorf("there is something behind the end of the document")
	}
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("%d: it ends too early", p.line())
	case err != nil:
		return nil, fmt.Errorf("%d: %w", p.line(), err)
	}
	return n, nil
}

type jsonParser struct {
	data  []byte
	in    *json.Decoder
	depth int
}

// line is where the decoder is, 1-based.
func (p *jsonParser) line() int {
	return 1 + bytes.Count(p.data[:min(p.in.InputOffset(), int64(len(p.data)))], []byte("\n"))
}

func (p *jsonParser) value() (*yaml.Node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, fmt.Errorf("it is nested too deeply")
	}
	defer func() { p.depth-- }()
	token, err := p.in.Token()
	if err != nil {
		return nil, err
	}
	n := &yaml.Node{Kind: yaml.ScalarNode, Line: p.line()}
	switch v := token.(type) {
	case json.Delim:
		n.Kind = yaml.SequenceNode
		if v == '{' {
			n.Kind = yaml.MappingNode
		}
		for p.in.More() { // in an object, names and values come in turn
			item, err := p.value()
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, item)
		}
		_, err = p.in.Token()
	case string:
		n.Tag, n.Value = "!!str", v
	case nil:
		n.Tag = "!!null"
	default:
		n.Tag, n.Value = "!!value", fmt.Sprint(v)
	}
	return n, err
}
