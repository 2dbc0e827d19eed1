// Package stale defines an Analyzer that finds generated files whose inputs have changed.
//
// # Analyzer stale
//
// stale: report files that gen made of an interface or a registry that has changed since
//
// A file of gen trace, gen client or gen attrs holds a hash of what it was made from, in its
// second line. The analyzer describes the same inputs again, and compares.
//
// # Rule stale.output
//
// A go:generate line of gen was not run after the interface, its //gen: comments or the registry
// changed, or after the line itself did. The decorator then records what the comments said once,
// or the client calls another path than the service has.
//
//	//go:generate gen trace -type Store
//	type Store interface {
//		//gen:attr user.id=user // store_trace.go still records the whole id
//		Get(ctx context.Context, user string) (string, error)
//	}
//
// Right is to run gen generate, or go generate, in the folder. There is no fix in an editor: the
// output is that of a program.
//
// What is compared is the interface: its methods, the names of their parameters, what kind of types
// these are and the comments in the package itself. Nothing is said of an interface that this
// package cannot see, nor of a file of an older gen. When the methods themselves have changed, the
// output mostly does not compile any more, and the compiler says so first.
//
// A registry is read from the disk. The go command does not know that, and shows its last answer
// as long as the Go files of the package are the same: gen generate --check looks again each time.
//
// # Rule stale.orphan
//
// A file says that a go:generate line of gen made it, and no such line is in the package any more.
// Nobody will make it anew when its interface changes.
//
// Right is to bring the line back, or to delete the file. The finding stands at the package clause
// of a file that somebody wrote. It is for information: the line may stand in another folder.
package stale
