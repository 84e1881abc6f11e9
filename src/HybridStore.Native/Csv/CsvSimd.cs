namespace HybridStore.Native.Csv;

/// <summary>Which instructions a reader uses. Every choice gives the same values and the same rejects.</summary>
public enum CsvSimd
{
    /// <summary>None: a byte at a time.</summary>
    Scalar,

    /// <summary>Vectors of 128 bits, and what every 64-bit processor has.</summary>
    Vector128,

    /// <summary>Vectors of 256 bits, and the x86 instructions of the processors that have them.</summary>
    Vector256,
}
