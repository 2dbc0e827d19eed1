module td/registry
