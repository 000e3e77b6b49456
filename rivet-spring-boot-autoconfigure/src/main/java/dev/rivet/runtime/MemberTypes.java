package dev.rivet.runtime;

import java.lang.reflect.Member;
import java.lang.reflect.Type;

import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.type.TypeFactory;

/**
 * The types of fields and parameters as an actor class knows them, that declares or
 * inherits them: it says what the type variables of its superclasses are.
 */
final class MemberTypes {

	private MemberTypes() {
	}

	/**
	 * Returns a type.
	 * @param member the field, or the method
	 * @param type the type of the field or of a parameter, as it is declared
	 * @param actorClass the actor class
	 * @param mapper what reads values of it
	 */
	static JavaType of(Member member, Type type, Class<?> actorClass, ObjectMapper mapper) {
		TypeFactory types = mapper.getTypeFactory();
		return types.resolveMemberType(type,
				types.constructType(actorClass).findSuperType(member.getDeclaringClass()).getBindings());
	}

}
