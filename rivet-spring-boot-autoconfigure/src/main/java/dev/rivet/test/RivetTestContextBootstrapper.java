package dev.rivet.test;

import org.springframework.boot.test.autoconfigure.TestSliceTestContextBootstrapper;
import org.springframework.util.StringUtils;

/**
 * Starts the context of a {@link RivetTest @RivetTest}.
 */
class RivetTestContextBootstrapper extends TestSliceTestContextBootstrapper<RivetTest> {

	@Override
	protected String[] getProperties(Class<?> testClass) {
		// the application has settings of actors that are not in the test
		return StringUtils.addStringToArray(super.getProperties(testClass), "rivet.fail-on-unknown-actors=false");
	}

}
