package proto

import (
	"context"

	"google.golang.org/protobuf/types/pluginpb"

	"github.com/mintwright/mintwright/internal/tree"
)

type plugin struct{ name, parameter string }

func (f folder) plugins() ([]plugin, error) { return nil, nil }

func (p plugin) run(ctx context.Context, req *pluginpb.CodeGeneratorRequest, j job) ([]tree.File, error) {
	return nil, nil
}
