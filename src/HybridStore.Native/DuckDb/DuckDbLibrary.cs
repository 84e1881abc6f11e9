using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HybridStore.Native.DuckDb;

/// <summary>Finds and loads DuckDB's shared library, and checks that it is a version this binding was written for.</summary>
public static class DuckDbLibrary
{
    /// <summary>The C API that the binding uses appeared and kept its shape in these versions.</summary>
    private const string SupportedVersionPrefix = "v1.5.";

    private static readonly Lock Gate = new();
    private static nint _handle;

    /// <summary>The version of the loaded library, as it says itself, such as <c>v1.5.6</c>.</summary>
    public static unsafe string Version => Marshal.PtrToStringUTF8((nint)NativeMethods.duckdb_library_version())!;

    /// <summary>Begins to load the library on another thread; what goes wrong there is told by its first use.</summary>
    public static void LoadAhead() => ThreadPool.UnsafeQueueUserWorkItem(
        static _ =>
        {
            try
            {
                lock (Gate)
                {
                    if (_handle == 0) _handle = Load();
                }
            }
            catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
            {
                // The first call loads it again and says why it cannot.
            }
        },
        null);

#pragma warning disable CA2255 // A library may have a module initializer when it must run before the first P/Invoke of its own.
    [ModuleInitializer]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(DuckDbLibrary).Assembly, Resolve);
#pragma warning restore CA2255

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != NativeMethods.Library) return 0;
        lock (Gate)
        {
            if (_handle == 0) _handle = Load();
            return _handle;
        }
    }

    private static unsafe nint Load()
    {
        var path = NativeFiles.DuckDbLibraryPath;
        var handle = NativeLibrary.Load(path);
        var version = Marshal.PtrToStringUTF8(
            ((delegate* unmanaged[Cdecl]<nint>)NativeLibrary.GetExport(handle, "duckdb_library_version"))())!;
        if (!version.StartsWith(SupportedVersionPrefix, StringComparison.Ordinal))
        {
            throw new DllNotFoundException(
                $"{path}: expected DuckDB {SupportedVersionPrefix}x, found {version}. Build again to fetch the right one, or unset HYBRID_NATIVES.");
        }

        return handle;
    }
}
