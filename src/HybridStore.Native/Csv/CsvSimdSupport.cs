using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HybridStore.Native.Csv;

/// <summary>Chooses the instructions of a reader.</summary>
internal static class CsvSimdSupport
{
    private const string Variable = "HYBRID_SIMD";

    /// <summary>What is asked for, or else the environment's choice, or else the best that the processor has; never more than it has.</summary>
    internal static CsvSimd Choose(CsvSimd? wanted)
    {
        var best = Vector256.IsHardwareAccelerated && Sse41.IsSupported ? CsvSimd.Vector256 : Vector128.IsHardwareAccelerated ? CsvSimd.Vector128 : CsvSimd.Scalar;
        var choice = wanted ?? Environment.GetEnvironmentVariable(Variable) switch
        {
            "scalar" => CsvSimd.Scalar,
            "128" => CsvSimd.Vector128,
            _ => best,
        };
        return choice < best ? choice : best;
    }
}
