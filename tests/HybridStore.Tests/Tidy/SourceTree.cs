using System.Runtime.CompilerServices;

namespace HybridStore.Tests.Tidy;

/// <summary>The checkout that these tests were built from.</summary>
internal static class SourceTree
{
    internal static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));

    internal static IEnumerable<string> CodeFiles(params string[] folders) => folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/node_modules/", StringComparison.Ordinal));

    internal static string Relative(string file) => Path.GetRelativePath(Root, file);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
