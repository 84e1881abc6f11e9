using System.Runtime.InteropServices;
using DuckDB.NET.Native;

namespace HybridStore.Native.DuckDb;

/// <summary>DuckDB's shared library, which comes with the package DuckDB.NET.Bindings.Full.</summary>
public static class DuckDbLibrary
{
    /// <summary>The package's copy of the C API and <see cref="UnboundFunctions"/> fit these versions.</summary>
    private const string SupportedVersionPrefix = "v1.5.";

    private static bool _isChecked;

    /// <summary>The version of the loaded library, as it says itself, such as <c>v1.5.6</c>.</summary>
    public static string Version => NativeMethods.Startup.DuckDBLibraryVersion();

    /// <summary>The library's file: beside the program, or in the package that the build took it from.</summary>
    /// <exception cref="DllNotFoundException">It is in neither place.</exception>
    public static string FilePath
    {
        get
        {
            var name = OperatingSystem.IsMacOS() ? "libduckdb.dylib" : OperatingSystem.IsWindows() ? "duckdb.dll" : "libduckdb.so";
            var searched = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
            var folders = searched.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Append(AppContext.BaseDirectory);
            return folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
                ?? throw new DllNotFoundException($"{name} was found neither beside the program nor in {searched}. Build again with 'dotnet build'.");
        }
    }

    /// <summary>Begins to load the library on another thread; what goes wrong there is told by its first use.</summary>
    public static void LoadAhead() => ThreadPool.UnsafeQueueUserWorkItem(
        static _ => NativeLibrary.TryLoad("duckdb", typeof(NativeMethods).Assembly, null, out var _),
        null);

    /// <summary>Refuses a library whose structures may differ from those that this program was compiled for.</summary>
    /// <exception cref="DllNotFoundException">It is missing or of another version.</exception>
    internal static void CheckVersion()
    {
        if (_isChecked) return;
        if (!Version.StartsWith(SupportedVersionPrefix, StringComparison.Ordinal))
        {
            throw new DllNotFoundException($"{FilePath}: expected DuckDB {SupportedVersionPrefix}x, found {Version}. Build again to get the right one.");
        }

        _isChecked = true;
    }
}
