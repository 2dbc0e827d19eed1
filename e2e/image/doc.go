// Package image builds the images of the golden services from their own Dockerfiles and runs
// them as a cluster would: `make e2e-image`.
//
// It uses the Docker daemon that answers, or one of its own in a temporary folder, which is gone
// afterwards; it pulls nothing, and no step of a build has a network. The base images are
// stand-ins that are made on the spot, of what the machine has: Go's tree, a shell and touch for
// the one, certificates, time zones and the user nonroot for the other. So what is proven is the
// Dockerfile and what it adds, not Google's or Docker's images.
package image
