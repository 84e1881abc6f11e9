using System.Runtime.InteropServices;

namespace HybridStore.Ingest;

/// <summary>Looks for -0.0 among doubles.</summary>
internal static class SignedZeros
{
    /// <summary>Whether one is there; what stands in the place of a missing value counts. Compares whole vectors at a time.</summary>
    internal static bool IsIn(ReadOnlySpan<double> values) =>
        MemoryMarshal.Cast<double, long>(values).Contains(BitConverter.DoubleToInt64Bits(-0.0));
}
