/** A CUDA device as the driver describes it. */
export interface CudaDevice {
  readonly name: string;
  readonly memoryBytes: number;
  /** Such as `9.0`. */
  readonly computeCapability: string;
  readonly multiprocessors: number;
}

/** What was found on the way to a usable CUDA device. */
export interface CudaReport {
  readonly library: { readonly name: string; readonly found: boolean; readonly detail: string };
  /** Highest CUDA version the driver supports, such as `13.0`. */
  readonly driverCudaVersion?: string;
  readonly devices: readonly CudaDevice[];
  /** Why there is no usable device; absent where there is one. */
  readonly problem?: string;
}

const ATTRIBUTE_MULTIPROCESSORS = 16;
const ATTRIBUTE_CAPABILITY_MAJOR = 75;
const ATTRIBUTE_CAPABILITY_MINOR = 76;

/** Results of the driver API that tell a user what to do. */
const DRIVER_ERRORS: Readonly<Record<number, string>> = {
  3: "the driver is not initialised",
  34: "the CUDA driver stub library was loaded instead of the driver: remove it from LD_LIBRARY_PATH",
  100: "the driver is there but sees no device: check CUDA_VISIBLE_DEVICES and whether this container was given a GPU",
  101: "the device number is invalid: check CUDA_VISIBLE_DEVICES",
  803: "the driver library does not match the kernel module: reboot, or reinstall the driver",
  804: "this driver cannot run forward-compatible on this GPU: upgrade the driver",
  999: "the driver failed for an unknown reason: see dmesg",
};

/** Looks for the CUDA driver and its devices through the driver library itself; needs no `nvidia-smi`. Never throws. */
export async function probeCuda(): Promise<CudaReport> {
  const libraryName = process.platform === "win32" ? "nvcuda.dll" : "libcuda.so.1";
  const { default: koffi } = await import("koffi");
  let library: ReturnType<typeof koffi.load>;
  try {
    library = koffi.load(libraryName);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const problem = `The CUDA driver library ${libraryName} cannot be loaded. Install the NVIDIA driver, or start the container with GPU access.`;
    return { library: { name: libraryName, found: false, detail }, devices: [], problem };
  }
  const found = { name: libraryName, found: true, detail: "loaded" };
  const call = (signature: string, ...args: readonly unknown[]): number => library.func(signature)(...args) as number;

  const version = [0];
  const driverCudaVersion =
    call("int cuDriverGetVersion(_Out_ int *version)", version) === 0 ? formatCudaVersion(version[0] ?? 0) : "unknown";
  const initialised = call("int cuInit(uint flags)", 0);
  if (initialised !== 0) {
    return { library: found, driverCudaVersion, devices: [], problem: `cuInit failed with ${initialised}: ${explain(initialised)}.` };
  }
  const count = [0];
  call("int cuDeviceGetCount(_Out_ int *count)", count);
  const devices = Array.from({ length: count[0] ?? 0 }, (_, index) => describeDevice(call, index));
  if (devices.length === 0) return { library: found, driverCudaVersion, devices, problem: `No device: ${explain(100)}.` };
  return { library: found, driverCudaVersion, devices };
}

function describeDevice(call: (signature: string, ...args: readonly unknown[]) => number, index: number): CudaDevice {
  const handle = [0];
  call("int cuDeviceGet(_Out_ int *device, int ordinal)", handle, index);
  const device = handle[0] ?? 0;
  const name = Buffer.alloc(256);
  call("int cuDeviceGetName(uint8_t *name, int length, int device)", name, name.length, device);
  const memory = [0];
  call("int cuDeviceTotalMem_v2(_Out_ size_t *bytes, int device)", memory, device);
  const attribute = (id: number): number => {
    const value = [0];
    call("int cuDeviceGetAttribute(_Out_ int *value, int attribute, int device)", value, id, device);
    return value[0] ?? 0;
  };
  return {
    name: name.toString("utf8", 0, Math.max(0, name.indexOf(0))),
    memoryBytes: memory[0] ?? 0,
    computeCapability: `${attribute(ATTRIBUTE_CAPABILITY_MAJOR)}.${attribute(ATTRIBUTE_CAPABILITY_MINOR)}`,
    multiprocessors: attribute(ATTRIBUTE_MULTIPROCESSORS),
  };
}

/** 13010 → `13.1`. */
function formatCudaVersion(version: number): string {
  return `${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`;
}

function explain(code: number): string {
  return DRIVER_ERRORS[code] ?? "see the CUDA driver API's list of error codes";
}
