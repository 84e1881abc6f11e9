using System.Reflection;
using System.Runtime.InteropServices;
using DuckDB.NET.Native;
using HybridStore.Native.DuckDb;
using Xunit;

namespace HybridStore.Tests.Native.DuckDb;

public sealed class UnboundFunctionsTests
{
    /// <summary>As soon as the package has one of them, ours is a copy.</summary>
    [Fact]
    public void Only_what_the_package_does_not_bind_is_imported_here()
    {
        var bound = typeof(NativeMethods).GetNestedTypes().SelectMany(Imports).ToHashSet();
        Assert.Contains("duckdb_open_ext", bound);
        var ours = Imports(typeof(UnboundFunctions)).ToList();
        Assert.Equal(9, ours.Count);
        Assert.DoesNotContain(ours, bound.Contains);
    }

    [Fact]
    public void No_other_type_imports_DuckDB()
    {
        var importing = typeof(UnboundFunctions).Assembly.GetTypes().Where(type => Imports(type).Any(name => name.StartsWith("duckdb_", StringComparison.Ordinal)));
        Assert.Equal([typeof(UnboundFunctions)], importing);
    }

    private static IEnumerable<string> Imports(Type type) =>
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        let import = method.GetCustomAttribute<LibraryImportAttribute>()
        where import is not null
        select import.EntryPoint ?? method.Name;
}
