namespace HybridStore.Native.DuckDb;

/// <summary>DuckDB's own kinds of error. Source: <c>duckdb.h</c>, <c>duckdb_error_type</c>; values are the C API's.</summary>
public enum DuckDbErrorKind
{
    /// <summary>DuckDB did not say.</summary>
    Invalid = 0,
    /// <summary>A value outside its type's range.</summary>
    OutOfRange = 1,
    /// <summary>A value that does not convert.</summary>
    Conversion = 2,
    /// <summary>A type that DuckDB does not know.</summary>
    UnknownType = 3,
    /// <summary>A decimal's width or scale.</summary>
    Decimal = 4,
    /// <summary>Types that do not fit together.</summary>
    MismatchType = 5,
    /// <summary>Division by zero.</summary>
    DivideByZero = 6,
    /// <summary>An object that is too large.</summary>
    ObjectSize = 7,
    /// <summary>A type that does not fit here.</summary>
    InvalidType = 8,
    /// <summary>Serialization.</summary>
    Serialization = 9,
    /// <summary>A transaction's state.</summary>
    Transaction = 10,
    /// <summary>Not implemented by DuckDB.</summary>
    NotImplemented = 11,
    /// <summary>An expression.</summary>
    Expression = 12,
    /// <summary>A table, view or function that is not there, or is there twice.</summary>
    Catalog = 13,
    /// <summary>SQL text that does not parse.</summary>
    Parser = 14,
    /// <summary>Planning.</summary>
    Planner = 15,
    /// <summary>Scheduling.</summary>
    Scheduler = 16,
    /// <summary>Execution.</summary>
    Executor = 17,
    /// <summary>A constraint.</summary>
    Constraint = 18,
    /// <summary>An index.</summary>
    Index = 19,
    /// <summary>Statistics.</summary>
    Stat = 20,
    /// <summary>The connection's state.</summary>
    Connection = 21,
    /// <summary>Syntax.</summary>
    Syntax = 22,
    /// <summary>A setting.</summary>
    Settings = 23,
    /// <summary>A name or type that does not bind.</summary>
    Binder = 24,
    /// <summary>The network.</summary>
    Network = 25,
    /// <summary>The optimizer.</summary>
    Optimizer = 26,
    /// <summary>A null pointer inside DuckDB.</summary>
    NullPointer = 27,
    /// <summary>The file system.</summary>
    IO = 28,
    /// <summary>The query was interrupted.</summary>
    Interrupt = 29,
    /// <summary>The database can no longer be used.</summary>
    Fatal = 30,
    /// <summary>A bug in DuckDB.</summary>
    Internal = 31,
    /// <summary>Input that DuckDB refuses.</summary>
    InvalidInput = 32,
    /// <summary>The memory limit was reached.</summary>
    OutOfMemory = 33,
    /// <summary>A forbidden operation.</summary>
    Permission = 34,
    /// <summary>A parameter's type could not be found.</summary>
    ParameterNotResolved = 35,
    /// <summary>A parameter where none is allowed.</summary>
    ParameterNotAllowed = 36,
    /// <summary>A dependency between catalog entries.</summary>
    Dependency = 37,
    /// <summary>HTTP.</summary>
    Http = 38,
    /// <summary>An extension that is not there.</summary>
    MissingExtension = 39,
    /// <summary>Loading an extension by itself.</summary>
    AutoLoad = 40,
    /// <summary>A sequence.</summary>
    Sequence = 41,
    /// <summary>A configuration that is not valid.</summary>
    InvalidConfiguration = 42,
}
