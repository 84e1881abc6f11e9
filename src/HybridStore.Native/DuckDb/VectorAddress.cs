using DuckDB.NET.Native;

namespace HybridStore.Native.DuckDb;

/// <summary>Where a vector's values are, as long as its chunk lives.</summary>
/// <param name="Handle">DuckDB's vector.</param>
/// <param name="Data">The values.</param>
/// <param name="Validity">One bit a row; zero when every value is present.</param>
internal readonly record struct VectorAddress(nint Handle, nint Data, nint Validity)
{
    internal static unsafe VectorAddress Of(nint vector) =>
        new(vector, (nint)NativeMethods.Vectors.DuckDBVectorGetData(vector), (nint)NativeMethods.Vectors.DuckDBVectorGetValidity(vector));
}
