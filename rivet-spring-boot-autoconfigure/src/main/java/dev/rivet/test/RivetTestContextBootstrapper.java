package dev.rivet.test;

import org.springframework.boot.test.autoconfigure.TestSliceTestContextBootstrapper;

/**
 * Starts the context of a {@link RivetTest @RivetTest}.
 */
class RivetTestContextBootstrapper extends TestSliceTestContextBootstrapper<RivetTest> {

}
