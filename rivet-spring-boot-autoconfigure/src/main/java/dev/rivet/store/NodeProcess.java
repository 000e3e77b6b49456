package dev.rivet.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/**
 * Where a node runs, so that another one in the same place can see that it is dead before
 * its lease runs out.
 *
 * @param place what has to be equal for process numbers to mean the same: host, machine
 * since its boot, process namespace and user
 * @param pid the number of the process
 * @param started what tells the process from a later one with that number, or 0 if that
 * cannot be learnt
 */
record NodeProcess(String place, long pid, long started) {

	private static final Path PROCESSES = Path.of("/proc");

	static NodeProcess current() {
		long pid = ProcessHandle.current().pid();
		String place = String.join("|", host(), machine(), namespace(), System.getProperty("user.name", ""));
		return new NodeProcess(place, pid, started(pid));
	}

	/**
	 * Returns whether the process is known to be dead. Only meaningful in the same place.
	 */
	boolean isDead() {
		if (ProcessHandle.of(this.pid).filter(ProcessHandle::isAlive).isEmpty()) {
			return true;
		}
		long now = started(this.pid);
		return now != 0 && this.started != 0 && now != this.started;
	}

	/**
	 * On Linux the ticks between boot and the start of the process: unlike the start's
	 * time, nobody can set them anew.
	 */
	private static long started(long pid) {
		String stat = read(pid + "/stat");
		if (!stat.isEmpty()) {
			String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
			return Long.parseLong(fields[19]);
		}
		return ProcessHandle.of(pid)
			.flatMap((process) -> process.info().startInstant())
			.map((start) -> start.toEpochMilli())
			.orElse(0L);
	}

	private static String host() {
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (IOException ex) {
			return "";
		}
	}

	/**
	 * The boot of this machine, or the machine where that is all that can be learnt:
	 * hosts may share a name.
	 */
	private static String machine() {
		String boot = read("sys/kernel/random/boot_id");
		return boot.isEmpty() ? hardwareAddresses() : boot;
	}

	private static String hardwareAddresses() {
		try {
			List<String> addresses = new ArrayList<>();
			for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
				byte[] address = network.getHardwareAddress();
				if (address != null) {
					addresses.add(HexFormat.of().formatHex(address));
				}
			}
			Collections.sort(addresses);
			return String.join(",", addresses);
		}
		catch (IOException ex) {
			return "";
		}
	}

	private static String namespace() {
		try {
			return Files.readSymbolicLink(PROCESSES.resolve("self/ns/pid")).toString();
		}
		catch (IOException | UnsupportedOperationException ex) {
			return "";
		}
	}

	private static String read(String file) {
		try {
			return Files.readString(PROCESSES.resolve(file), StandardCharsets.UTF_8).strip();
		}
		catch (IOException ex) {
			return "";
		}
	}

}
